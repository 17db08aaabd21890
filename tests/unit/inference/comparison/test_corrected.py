"""From a scored archive and a gold file to corrected figures, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from framescope.cli import main
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.fingerprints import fingerprints, write_fingerprints
from framescope.inference.comparison.compare import Comparison, compare_outlets
from framescope.inference.comparison.elsewhere import decide_gold
from framescope.inference.manifest import ScoredArchive, open_scored
from framescope.inference.report import render_report
from framescope.inference.table import scored_schema
from framescope.models.labels import LabelSpace
from framescope.training.fit import fit_linear

OUTLETS = ("North", "South")
Row = dict[str, Any]


@pytest.fixture
def archive(tmp_path: Path, codebook: Codebook) -> ScoredArchive:
    """Two outlets of 60 articles with 5 sentences; every tenth sentence is wrongly decided."""
    random = np.random.default_rng(0)
    rows = []
    for number in range(600):
        article, index = divmod(number, 5)
        true = random.random() < 0.3
        found = true ^ (number % 10 == 0)
        rows.append({
            "article_id": f"a#{article}", "outlet": OUTLETS[article % 2], "sentence_index": index,
            "published": date(2024, 1 + article % 2, 1 + article % 28), "start": 0, "end": 5,
            "text": f"Sentence number {number} is {'framed' if true else 'plain'}.",
            "abstained": None, "help": found, "help_probability": 0.9 if found else 0.1,
            "help_stance": "supports" if found else None,
            "help_stance_probability": 0.8 if found else None,
            "trade": False, "trade_probability": 0.01,
        })  # fmt: skip
    rows[599] |= dict.fromkeys(("help", "help_probability", "help_stance", "trade"), None)
    rows[599]["abstained"] = "language"
    folder = tmp_path / "scored"
    (folder / "sentences").mkdir(parents=True)
    schema = scored_schema(LabelSpace.of(codebook))
    table = pa.Table.from_pylist([dict.fromkeys(schema.names) | row for row in rows], schema)
    pq.write_table(table, folder / "sentences" / "part-00000.parquet")
    manifest = {
        "codebook_hash": codebook.hash, "bundle_hash": "b" * 64, "model_type": "x", "metrics": None,
        "counts": {"sentences": 600}, "codebook": codebook.model_dump(mode="json"),
        "settings": {"thresholds": {"help": 0.5, "trade": 0.5}, "abstain": True},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return open_scored([folder])[0]


def drawn(archive: ScoredArchive, places: range) -> list[Row]:
    """Gold for every so many of the 600 sentences, as if that had been the draw."""
    table = pq.read_table(archive.files[0]).to_pylist()
    sampling = {"inclusion_probability": len(places) / 600, "archive": archive.hash}
    return [
        {
            "id": f"{row['article_id']}#{row['sentence_index']}",
            "text": row["text"],
            "document": row["article_id"],
            "frames": {"help": "supports"} if "framed" in row["text"] else {},
            "sampling": {**sampling, "stratum": row["outlet"], "purpose": "estimation"},
        }
        for row in (table[place] for place in places)
    ]


def compared(tmp_path: Path, archive: ScoredArchive, rows: list[Row]) -> Comparison:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return compare_outlets([archive], drawn=[path])


def test_gold_drawn_from_the_archive_corrects_it(tmp_path: Path, archive: ScoredArchive) -> None:
    comparison = compared(tmp_path, archive, drawn(archive, range(0, 599, 3)))
    (correction,) = comparison.corrected
    assert correction.method == "design"
    for found, counted in zip(correction.by_outlet, comparison.by_outlet, strict=True):
        assert (found.outlet, found.frame, found.stance) == (
            counted.outlet, counted.frame, counted.stance,
        )  # fmt: skip
        assert found.naive == pytest.approx(counted.of_sentences.share)
    helped = [c for c in correction.by_outlet if c.frame == "help" and c.stance is None]
    texts = pq.read_table(archive.files[0]).to_pylist()
    for found in helped:
        own = ["framed" in r["text"] for r in texts if r["outlet"] == found.outlet]
        assert found.archive is not None
        assert found.archive.low <= np.mean(own) <= found.archive.high
    assert sum(found.gold for found in helped) == 200
    assert len(correction.by_month) == len(comparison.by_month)
    assert {d.outlets for d in correction.differences} == {("North", "South")}
    assert {t.error for t in correction.error_tests} == {"missed", "false_alarm"}
    json.dumps(comparison.as_json(), allow_nan=False)


def test_an_outlet_with_thin_gold_is_refused_with_a_number(
    tmp_path: Path, archive: ScoredArchive
) -> None:
    rows = drawn(archive, range(0, 599, 25))
    (correction,) = compared(tmp_path, archive, rows).corrected
    assert all(c.estimate is None and c.needed >= 10 for c in correction.by_outlet)
    assert correction.differences == []


def _training(rows: list[Row]) -> None:
    rows[1]["sampling"] |= {"purpose": "training", "inclusion_probability": None}


def _other_archive(rows: list[Row]) -> None:
    rows[1]["sampling"]["archive"] = "f" * 64


def _other_text(rows: list[Row]) -> None:
    rows[1]["text"] = "Another."


def _unknown(rows: list[Row]) -> None:
    rows[1]["id"] = "a#0#99"


def _no_place(rows: list[Row]) -> None:
    rows[1]["id"] = "nowhere"


def _undrawn(rows: list[Row]) -> None:
    del rows[1]["sampling"]


def _unanswered(rows: list[Row]) -> None:
    del rows[1]["frames"]


def _twice(rows: list[Row]) -> None:
    rows.append(rows[1])


def _two_draws(rows: list[Row]) -> None:
    rows[1]["sampling"]["inclusion_probability"] = 0.9


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_training, "drawn for training"),
        (_other_archive, "drawn from archive ffffffffffff"),
        (_other_text, "another text in the archive"),
        (_unknown, "not in the archive"),
        (_no_place, "expected article_id#index"),
        (_undrawn, "no inclusion probability"),
        (_unanswered, "not annotated"),
        (_twice, "stands twice"),
        (_two_draws, "inclusion probabilities"),
    ],
)
def test_gold_that_was_not_drawn_so_is_refused_in_one_line(
    tmp_path: Path, archive: ScoredArchive, spoil: Callable[[list[Row]], None], told: str
) -> None:
    rows = drawn(archive, range(0, 599, 3))
    spoil(rows)
    with pytest.raises(InputError) as caught:
        compared(tmp_path, archive, rows)
    assert told in str(caught.value)
    assert "gold.jsonl" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_sentence_that_was_not_scored_cannot_be_gold(
    tmp_path: Path, archive: ScoredArchive
) -> None:
    with pytest.raises(InputError, match="was not scored"):
        compared(tmp_path, archive, drawn(archive, range(590, 600)))


def test_gold_that_was_trained_on_is_refused(tmp_path: Path, archive: ScoredArchive) -> None:
    rows = drawn(archive, range(0, 599, 3))
    write_fingerprints(archive.folder, fingerprints(row["text"] for row in rows[:4]))
    compared(tmp_path, archive, rows)
    write_fingerprints(archive.folder, fingerprints(row["text"] for row in rows[:5]))
    with pytest.raises(InputError, match="5 of 200 gold sentences were trained on"):
        compared(tmp_path, archive, rows)


def test_gold_from_elsewhere_tells_its_assumption(
    archive: ScoredArchive, codebook: Codebook, sentences: list[AnnotatedSentence]
) -> None:
    classifier = fit_linear(sentences, codebook, seed=0).classifier
    gold = decide_gold(classifier, archive, sentences)
    comparison = compare_outlets([archive], elsewhere=gold)
    (correction,) = comparison.corrected
    assert "errs as often as on the gold" in correction.assumption
    for found in correction.by_outlet:
        assert (found.estimate is None) == (found.needed > 0)
        if found.estimate is not None:
            assert 0 <= found.estimate.low <= found.estimate.share <= found.estimate.high <= 1
            assert found.archive is None
    html = render_report(comparison).html
    assert "errs as often as on the gold" in html
    assert asdict(correction)["error_tests"] == []


def test_the_command_writes_corrected_figures(tmp_path: Path, archive: ScoredArchive) -> None:
    rows = drawn(archive, range(0, 599, 3))
    gold, figures = tmp_path / "gold.jsonl", tmp_path / "figures.json"
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    report = tmp_path / "report.html"
    command = ["compare", str(archive.folder), "--output", str(report), "--gold", str(gold)]
    with pytest.raises(SystemExit) as ended:
        main([*command, "--json", str(figures)])
    assert not ended.value.code
    (correction,) = json.loads(figures.read_text(encoding="utf-8"))["corrected"]
    assert {"estimate", "archive", "naive", "needed"} <= set(correction["by_outlet"][0])
    assert {"p", "p_holm", "p_bh", "detectable"} <= set(correction["differences"][0])
    assert "gold drawn from this archive" in report.read_text(encoding="utf-8")


def test_gold_from_elsewhere_needs_the_bundle(
    tmp_path: Path, archive: ScoredArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["compare", str(archive.folder), "--output", str(tmp_path / "r.html"),
              "--gold-elsewhere", "gold.jsonl"])  # fmt: skip
    assert ended.value.code == 1
    assert "together or not at all" in capsys.readouterr().err
