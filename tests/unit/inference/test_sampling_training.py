"""The training sample: uncertain, diverse, apart from the one for estimation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.inference.manifest import ScoredArchive, open_scored
from framescope.inference.sampling.next import draw_next
from framescope.inference.sampling.population import open_population
from framescope.inference.sampling.uncertain import choose_training, farthest
from tests.scored_archives import make_rows, write_scored


@pytest.fixture
def archives(tmp_path: Path, codebook: Codebook) -> list[ScoredArchive]:
    rows = make_rows(codebook, {"North": 60, "South": 60})
    return open_scored([write_scored(tmp_path / "scored", codebook, rows)])


def test_both_samples_share_no_document(archives: list[ScoredArchive]) -> None:
    found = draw_next(archives, "both", 61).sentences
    by_purpose: dict[str, set[str]] = {"estimation": set(), "training": set()}
    for s in found:
        assert s.sampling is not None
        by_purpose[s.sampling.purpose].add(s.document)
        assert (s.sampling.inclusion_probability is None) == (s.sampling.purpose == "training")
    assert not by_purpose["estimation"] & by_purpose["training"]
    assert Counter(s.sampling.purpose for s in found if s.sampling) == {
        "estimation": 31, "training": 30,
    }  # fmt: skip
    alone = draw_next(archives, "training", 30, excluded=found).sentences
    assert not {s.document for s in alone} & {s.document for s in found}


def test_uncertain_sentences_are_chosen_for_each_frame(tmp_path: Path, codebook: Codebook) -> None:
    rows = make_rows(codebook, {"North": 60, "South": 60})
    archives = open_scored([write_scored(tmp_path / "scored", codebook, rows)])
    by_id = {f"{r['article_id']}#{r['sentence_index']}": r for r in rows}
    chosen = [by_id[s.id] for s in draw_next(archives, "training", 20).sentences]
    for frame in codebook.frame_ids:
        distance = [abs(r[f"{frame}_probability"] - 0.5) for r in chosen]
        everywhere = [abs(r[f"{frame}_probability"] - 0.5) for r in rows]
        assert sum(d < 0.3 for d in distance) >= 8
        assert np.mean(distance) < np.mean(everywhere)


def test_repeated_and_nearly_repeated_sentences_are_chosen_once(
    tmp_path: Path, codebook: Codebook
) -> None:
    rows = make_rows(codebook, {"North": 20})
    for i, row in enumerate(rows):
        row["help_probability"] = 0.5
        row["text"] = f"Tanks were shipped to the army by rail on Monday, officials said {'.' * i}"
        row["duplicate_of"] = "North-0#0" if i in (1, 2) else None
    rows[50]["text"] = "A plant was opened by investors from the gulf."
    archives = open_scored([write_scored(tmp_path / "scored", codebook, rows)])
    assert {s.text[:7] for s in draw_next(archives, "training", 30).sentences} == {
        "Tanks w",
        "A plant",
    }
    assert len(draw_next(archives, "training", 30).sentences) == 2
    taken = draw_next(archives, "estimation", 40).sentences
    with open_population(archives, []) as connection:
        like = [s for s in taken if s.text.startswith("Tanks")][:1]
        apart = choose_training(connection, archives, 30, like)
    assert [s.text for s in apart] == [rows[50]["text"]]


def test_the_farthest_comes_first_and_frames_take_turns() -> None:
    texts = ["a b c d", "a b c e", "x y z", "q r s"]
    uncertainty = np.array([[1.0, 0.0], [0.9, 0.0], [0.5, 0.6], [0.0, 0.5]])
    assert farthest(texts, uncertainty, [], 4) == [(0, 0), (2, 1), (1, 0), (3, 1)]
    assert farthest(texts, uncertainty, ["x y z"], 3) == [(0, 0), (3, 1), (1, 0)]
    assert farthest([], uncertainty, [], 3) == []


def test_a_training_sample_extends_nothing(archives: list[ScoredArchive]) -> None:
    gold = draw_next(archives, "estimation", 30).sentences
    with pytest.raises(InputError, match="extends nothing"):
        draw_next(archives, "training", 30, extended=gold)
