"""What the shipped corpus promises."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from framescope.data.annotations import AnnotatedSentence, read_annotations
from framescope.data.card import CARD, card_with_figures, label_passes, passes_digest
from framescope.data.checks import check_annotations, find_leakage
from framescope.data.codebook import load_codebook
from framescope.data.corpus_files import SHIPPED_CORPUS
from tests.conftest import SHARED

BOOK = load_codebook()
LABELS = SHIPPED_CORPUS.parent / "labels"


@pytest.fixture(scope="module")
def corpus() -> list[AnnotatedSentence]:
    return read_annotations([SHIPPED_CORPUS], BOOK)


def labels(name: str) -> dict[str, Any]:
    rows = (LABELS / name).read_text(encoding="utf-8").splitlines()
    return {row["id"]: row["frames"] for row in map(json.loads, rows)}


def test_what_the_passes_differed_on_is_settled(corpus: list[AnnotatedSentence]) -> None:
    first, second, settled = map(labels, ("first.jsonl", "second.jsonl", "settled.jsonl"))
    assert first.keys() == second.keys() == settled.keys()
    shipped = {s.id: s.labels for s in corpus}
    for name, frames in settled.items():
        assert shipped.get(name) == frames


def tagged(corpus: list[AnnotatedSentence], tag: str) -> int:
    return sum(tag in (s.model_extra or {})["tags"] for s in corpus)


def test_every_cell_has_its_floor(corpus: list[AnnotatedSentence]) -> None:
    cells = Counter((f, s) for row in corpus for f, s in row.labels.items())
    for frame in BOOK.frame_ids:
        assert cells[frame, "supports"] >= 300
        assert cells[frame, "disputes"] >= 160
        assert cells[frame, "neutral"] >= 160
    assert len(corpus) >= 5000
    assert len({s.document for s in corpus}) >= 400
    assert sum(not s.labels for s in corpus) >= 2200
    assert sum(len(s.labels) > 1 for s in corpus) >= 250
    assert sum(len(set(s.labels.values())) > 1 for s in corpus) >= 100


def test_kinds_and_hard_cases_have_their_floors(corpus: list[AnnotatedSentence]) -> None:
    framed = sum(bool(s.labels) for s in corpus)
    assert tagged(corpus, "nm") >= 700
    assert tagged(corpus, "ev") >= 700
    assert tagged(corpus, "pf") >= 150
    assert tagged(corpus, "oa") >= 0.4 * framed
    assert tagged(corpus, "px") >= 0.1 * framed
    assert tagged(corpus, "h") >= 0.2 * len(corpus)
    assert tagged(corpus, "nz") >= 0.04 * len(corpus)
    for case in range(1, 24):
        for side in "+-":
            assert tagged(corpus, f"hc{case}{side}") >= 15, (case, side)


def test_the_corpus_passes_its_own_checks(corpus: list[AnnotatedSentence]) -> None:
    report = check_annotations(corpus, BOOK, [])
    assert report.findings == (), report.findings
    assert len({s.id for s in corpus}) == len(corpus)


def test_no_sentence_stands_in_the_real_gold(corpus: list[AnnotatedSentence]) -> None:
    files = sorted((SHARED / "real").glob("gold_*.jsonl"))
    if not files:
        pytest.skip("the real gold is not beside this checkout")
    assert find_leakage(corpus, read_annotations(files, BOOK)) == []


def test_the_figures_of_the_data_card_are_current(corpus: list[AnnotatedSentence]) -> None:
    assert CARD.read_text(encoding="utf-8") == card_with_figures()
    passes = label_passes(corpus, BOOK)
    assert passes_digest(passes) == (LABELS / "passes.sha256").read_text().strip()
    agreement = re.findall(r"\[(0\.\d+), 0\.\d+\]", CARD.read_text(encoding="utf-8"))
    assert len(agreement) == 2 * len(BOOK.frame_ids)
    assert min(map(float, agreement)) >= 0.8
