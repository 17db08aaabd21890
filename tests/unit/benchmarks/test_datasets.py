from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.quality.datasets import some_documents, splits
from framescope.data.annotations import AnnotatedSentence


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_the_corpus_is_cut_by_document_and_smaller_by_share(tmp_path: Path) -> None:
    whole, other = splits(["corpus"], tmp_path, seeds=2, share=1)
    (small,) = splits(["corpus"], tmp_path, seeds=1, share=0.35)
    assert list(whole.tests) == ["held_out"]
    assert not {s.group for s in whole.train} & {s.group for s in whole.tests["held_out"]}
    assert {s.id for s in small.train} < {s.id for s in whole.train}
    assert len(small.train) / len(whole.train) == pytest.approx(0.35, abs=0.05)
    assert small.tests == whole.tests
    assert (small.share, whole.share) == (0.35, 1), "different shares are different cells"
    assert small.corpus_hash == whole.corpus_hash == other.corpus_hash
    assert not {s.id for s in whole.tests["held_out"]} & {s.id for s in other.tests["held_out"]}


def test_whole_documents_are_drawn(sentences: list[AnnotatedSentence]) -> None:
    some = some_documents(sentences, 0.5, 0)
    chosen = {s.group for s in some}
    assert len(chosen) == 6
    assert some == [s for s in sentences if s.group in chosen]
    assert {s.group for s in some_documents(sentences, 0.5, 1)} != chosen


def test_what_is_missing_is_skipped_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(splits(["gvfc", "multiclimate"], tmp_path, seeds=3, share=1)) == []
    said = capsys.readouterr().err
    assert "gvfc: nothing in" in said
    assert "multiclimate: nothing in" in said


def test_official_splits_with_every_seed(tmp_path: Path) -> None:
    row = {"id": "a", "text": "One.", "frames": {"politics": None}}
    for fold in ("fold0", "fold1"):
        for part in ("train", "test"):
            write(tmp_path / "benchmarks" / "gvfc" / fold / f"{part}.jsonl", [row])
    found = list(splits(["gvfc"], tmp_path, seeds=2, share=0.1))
    assert [(s.name, s.seed) for s in found] == [
        ("fold0", 0), ("fold0", 1), ("fold1", 0), ("fold1", 1),
    ]  # fmt: skip
    assert len({s.corpus_hash for s in found}) == 1
    changed = row | {"text": "Two."}
    write(tmp_path / "benchmarks" / "gvfc" / "fold1" / "test.jsonl", [changed])
    (again,) = list(splits(["gvfc"], tmp_path, seeds=1, share=1))[:1]
    assert again.corpus_hash != found[0].corpus_hash


def test_multiclimate_trains_on_the_training_part_alone(tmp_path: Path) -> None:
    for part in ("train", "dev", "test"):
        row = {"id": part, "text": part, "frames": {"climate_action": "neutral"}, "document": "d"}
        write(tmp_path / "benchmarks" / "multiclimate" / f"{part}.jsonl", [row])
    (split,) = splits(["multiclimate"], tmp_path, seeds=1, share=1)
    assert [s.id for s in split.train] == ["train"]
    assert {name: [s.id for s in test] for name, test in split.tests.items()} == {
        "test": ["test"], "dev": ["dev"],
    }  # fmt: skip
