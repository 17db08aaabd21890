from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.formats import FORMATS, write_format
from framescope.training.retraining.intake import Intake, take_in

Row = dict[str, Any]
Take = Callable[..., Intake]

SHELLS = {"id": "n1", "text": "Shells left the depot by night.", "frames": {"help": "supports"}}
MARKET = {"id": "n2", "text": "A market opened in Jakarta.", "frames": {"trade": "supports"}}


@pytest.fixture
def take(tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]) -> Take:
    def run(*rows: Row, conflicts: Any = "old") -> Intake:
        path = tmp_path / "new.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return take_in([path], sentences, codebook, conflicts=conflicts)

    return run


def test_new_sentences_join_the_corpus(take: Take, sentences: list[AnnotatedSentence]) -> None:
    intake = take(SHELLS, MARKET, {"id": "n3", "text": "Not annotated yet."})
    assert [s.id for s in intake.taken] == ["n1", "n2"]
    assert intake.corpus == [*sentences, *intake.taken]
    assert (intake.read, intake.refusals) == (2, [])
    assert len(intake.files[0].sha256) == 64


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_read(
    form: str, tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]
) -> None:
    rows = [AnnotatedSentence.model_validate(row) for row in (SHELLS, MARKET)]
    lists = {"label-studio": ".json", "argilla": ".json", "csv": ".csv", "datasets": ""}
    path = tmp_path / f"new{lists.get(form, '.jsonl')}"
    write_format(form, path, rows, codebook)
    intake = take_in([path], sentences, codebook, conflicts="old")
    assert [(s.text, s.frames) for s in intake.taken] == [(s.text, s.frames) for s in rows]
    assert intake.files[0].form == form


def test_a_repeated_batch_has_nothing_new(take: Take, sentences: list[AnnotatedSentence]) -> None:
    again = [s.model_dump(exclude_unset=True) | {"id": f"again-{s.id}"} for s in sentences[:5]]
    again[0]["text"] = again[0]["text"].upper() + "!"
    intake = take(*again)
    assert intake.duplicates == [row["id"] for row in again]
    assert "nothing new: of 5 rows 5 stand in the corpus" in intake.refusals[0]
    assert take(*again, SHELLS).refusals == []


@pytest.mark.parametrize("rule", ["old", "new", "refuse"])
def test_another_label_of_a_known_text_is_settled_by_the_rule(
    rule: str, take: Take, sentences: list[AnnotatedSentence]
) -> None:
    old = next(s for s in sentences if s.labels)
    row = {"id": "other", "text": old.text, "frames": {}}
    intake = take(row, SHELLS, conflicts=rule)
    assert [(c.id, c.labels, c.settled) for c in intake.conflicts] == [
        ("other", [old.labels, {}], rule)
    ]
    found = [s for s in intake.corpus if s.text == old.text]
    assert [s.labels for s in found] == [{} if rule == "new" else old.labels]
    assert found[0].id == old.id
    assert bool(intake.refusals) == (rule == "refuse")


def test_the_majority_of_annotators_settles_a_sentence(take: Take) -> None:
    def votes(*stances: str) -> list[Row]:
        return [
            SHELLS | {"frames": {"help": stance}, "annotator": f"a{i}"}
            for i, stance in enumerate(stances)
        ]

    intake = take(*votes("supports", "disputes", "disputes"), MARKET)
    assert intake.taken[0].frames == {"help": "disputes"}
    assert intake.conflicts[0].settled == "majority"
    intake = take(*votes("supports", "disputes"), MARKET)
    assert [s.id for s in intake.taken] == ["n2"]
    assert intake.conflicts[0].settled == "left out"


def test_labels_of_another_codebook_are_refused(take: Take) -> None:
    for change in ({"codebook": "0123abc"}, {"frames": {"aid": "supports"}}):
        intake = take(SHELLS | change, MARKET)
        assert "not labelled under small v1" in intake.refusals[0]
        assert "annotations migrate" in intake.refusals[0]
    broken = take({"id": "x", "text": "", "frames": {}}, MARKET)
    assert (len(broken.dropped), broken.refusals) == (1, [])


def test_an_id_that_names_another_text_is_renamed(
    take: Take, sentences: list[AnnotatedSentence]
) -> None:
    known = sentences[0].id
    intake = take(SHELLS | {"id": known}, MARKET | {"id": known})
    assert [s.id for s in intake.taken] == [f"{known}~2", f"{known}~3"]
    assert len({s.id for s in intake.corpus}) == len(intake.corpus)
