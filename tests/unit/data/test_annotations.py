from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.data.annotations import AnnotatedSentence, annotated_only, read_annotations
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.features import from_dataset, to_dataset

DRAWN = {"stratum": "x", "inclusion_probability": 0.1, "archive": "0", "purpose": "estimation"}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def test_rows_keep_their_fields_also_those_outside_the_contract(
    tmp_path: Path, codebook: Codebook
) -> None:
    row = {"id": "1", "text": "A.", "frames": {"help": "supports"}, "document": "d", "stratum": "x"}
    write(tmp_path / "a.jsonl", row, {"id": "2", "text": "B."})
    first, second = read_annotations([tmp_path], codebook)
    assert second.sampling is None
    assert first.labels == {"help": "supports"}
    assert second.frames is None
    assert first.model_dump(exclude_unset=True) == row
    assert second.model_dump(exclude_unset=True) == {"id": "2", "text": "B."}


def test_a_drawn_sentence_tells_its_chance(tmp_path: Path, codebook: Codebook) -> None:
    write(tmp_path / "a.jsonl", {"id": "a#0", "text": "A.", "sampling": DRAWN})
    (drawn,) = read_annotations([tmp_path], codebook)
    assert drawn.sampling is not None
    assert drawn.sampling.inclusion_probability == 0.1
    assert drawn.model_dump(mode="json", exclude_unset=True)["sampling"] == DRAWN


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": "1", "text": "A.", "frames": {"other": "supports"}}, "unknown frame 'other'"),
        ({"id": "1", "text": "A.", "frames": {"help": "maybe"}}, "unknown stance 'maybe'"),
        ({"id": "1", "text": "A.", "frames": {"help": None}}, "unknown stance None"),
        ({"id": "1", "frames": {}}, "text: Field required"),
        ({"id": "1", "text": ""}, "text"),
        (["not", "an", "object"], "dictionary"),
        ({"id": "1", "text": "A.", "frames": {}, "codebook": "0123456789ab"}, "small v1"),
        ({"id": "1", "text": "A.", "frames": {}, "weight": float("inf")}, "weight"),
        ({"id": "1", "text": "A.", "sampling": {"stratum": "x"}}, "inclusion_probability"),
        ({"id": "1", "text": "A.", "sampling": DRAWN | {"inclusion_probability": 0}}, "greater"),
        ({"id": "1", "text": "A.", "sampling": DRAWN | {"purpose": "fun"}}, "purpose"),
    ],
)
def test_a_wrong_row_is_named_by_file_and_row(
    tmp_path: Path, codebook: Codebook, row: Any, told: str
) -> None:
    path = write(tmp_path / "a.jsonl", {"id": "0", "text": "Fine.", "frames": {}}, row)
    with pytest.raises(InputError) as caught:
        read_annotations([path], codebook)
    assert told in str(caught.value)
    assert "a.jsonl, row 2" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "no annotated sentence"), (b'{"id": "1", "text": "\xe9"}\n', "row 1: not UTF-8"),
     (b'{"id": \n', "row 1: not JSON")],
)  # fmt: skip
def test_a_broken_file_is_a_clear_error(
    tmp_path: Path, codebook: Codebook, content: bytes, told: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=told):
        read_annotations([path], codebook)


def test_a_stance_in_a_codebook_without_stances_is_refused(
    tmp_path: Path, plain_codebook: Codebook
) -> None:
    path = write(tmp_path / "a.jsonl", {"id": "1", "text": "A.", "frames": {"help": "supports"}})
    with pytest.raises(InputError, match="no stances"):
        read_annotations([path], plain_codebook)


def test_missing_files_and_empty_folders_are_named(tmp_path: Path, codebook: Codebook) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_annotations([tmp_path / "nowhere.jsonl"], codebook)
    with pytest.raises(InputError, match=r"no \*\.jsonl file"):
        read_annotations([tmp_path], codebook)


def test_without_any_label_there_is_nothing_to_train_on() -> None:
    with pytest.raises(InputError, match="no sentence is annotated"):
        annotated_only([AnnotatedSentence(id="1", text="A.")])


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
labels = st.none() | st.dictionaries(
    st.sampled_from(["help", "trade"]), st.sampled_from(["supports", "disputes"])
)
records = st.builds(
    AnnotatedSentence, id=texts, text=texts, frames=labels, document=texts,
    outlet=st.none() | texts, weight=st.none() | st.floats(0.5, 4, width=32),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(records, min_size=1, max_size=5))
def test_jsonl_and_datasets_give_back_what_was_put_in(rows: list[AnnotatedSentence]) -> None:
    book = Codebook.model_validate(
        {"id": "b", "version": 1, "frames": [{"id": "help"}, {"id": "trade"}],
         "stances": [{"id": "supports"}, {"id": "disputes"}]}
    )  # fmt: skip
    dumped = [s.model_dump(exclude_unset=True) for s in rows]
    assert [AnnotatedSentence.model_validate(json.loads(json.dumps(d))) for d in dumped] == rows
    fields = ("id", "text", "frames", "document", "outlet", "weight")
    back = from_dataset(to_dataset(rows, book), book)
    assert [[getattr(s, f) for f in fields] for s in back] == [
        [getattr(s, f) for f in fields] for s in rows
    ]
