from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.formats import FORMATS, detect_format, read_format

FILES = [name for name in FORMATS if name != "datasets"]
LISTS = ["label-studio", "argilla"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_missing_file_is_named(name: str, tmp_path: Path, codebook: Codebook) -> None:
    with pytest.raises(InputError, match=r"gone\.x"):
        read_format(name, tmp_path / "gone.x", codebook)


@pytest.mark.parametrize("name", FILES)
def test_another_encoding_is_told_with_its_row(
    name: str, tmp_path: Path, codebook: Codebook
) -> None:
    path = tmp_path / "a.x"
    path.write_bytes(b'text,frames\n{"text": "caf\xe9"}\n')
    with pytest.raises(InputError, match=r"a\.x, row 2: not UTF-8"):
        read_format(name, path, codebook)


@pytest.mark.parametrize("name", [n for n in FILES if n not in {"csv", *LISTS}])
def test_an_empty_file_is_refused(name: str, tmp_path: Path, codebook: Codebook) -> None:
    path = tmp_path / "a.x"
    path.write_text("\n")
    with pytest.raises(InputError, match="no record"):
        read_format(name, path, codebook)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[{"id": 1},\n {"id": 2}', r"a\.json, row 2: not JSON"),
        ('{"id": 1}', "not a JSON list"),
        ("", "row 1: not JSON"),
        ("[]", "no record"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_list_that_is_none(
    name: str, content: str, told: str, tmp_path: Path, codebook: Codebook
) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(InputError, match=told):
        read_format(name, path, codebook)


RESULT = {"id": "r", "from_name": "f", "to_name": "text", "type": "choices"}


def task(**result: Any) -> dict[str, Any]:
    annotations = [{"id": 5, "completed_by": 1, "result": [{**RESULT, **result}]}]
    return {"id": 1, "data": {"text": "Tea."}, "annotations": annotations}


@pytest.mark.parametrize(
    ("name", "record", "told"),
    [
        ("label-studio", {"id": 1, "text": "A.", "frames": "help:supports"}, "not JSON-MIN"),
        ("label-studio", {"data": {"headline": "A."}, "annotations": []}, "text: Field required"),
        ("label-studio", {"data": {"text": 7}, "annotations": []}, "text: Input should be"),
        ("label-studio", {"data": "A.", "annotations": []}, "data: expected an object"),
        ("label-studio", {"data": {"text": "A."}, "annotations": [3]}, "list of objects"),
        ("label-studio", task(value=3), "value: expected an object"),
        ("label-studio", task(value={"choices": "help"}), "choices: expected a list"),
        ("label-studio", task(value={"choices": [4]}), "the label 4 is not text"),
        ("label-studio", task(value={"choices": ["supports"]}), "unknown frame 'supports'"),
        ("label-studio", task(type="taxonomy", value={"taxonomy": ["help"]}), "list of paths"),
        ("label-studio", task(value={"start": "/p[1]", "end": "/p[1]"}), "is not one of text"),
        ("label-studio", task(value={"start": 0, "end": 3, "text": "Cup"}), "not in the text"),
        ("label-studio", "A.", "not a JSON object"),
        ("argilla", {"fields": {}, "responses": {}}, "text: Field required"),
        ("argilla", {"fields": {"text": "A."}, "responses": []}, "responses: expected an object"),
        (
            "argilla",
            {"fields": {"text": "A."}, "responses": {"frames": [{"value": 3}]}},
            "no list of labels",
        ),
        (
            "argilla",
            {"fields": {"text": "A."}, "responses": {"a": [{"value": "x"}]}},
            "no single one with labels: a",
        ),
        ("doccano", {"label": []}, "text: Field required"),
        ("doccano", {"text": "A.", "label": 3}, "label: expected a list"),
        ("doccano", {"text": "A.", "label": [[0, 1]]}, "neither text nor [start, end, label]"),
        ("doccano", {"text": "A.", "label": [["0", 1, "x"]]}, "is not one of text"),
        ("doccano", {"text": "A.", "label": [[1, 0, "x"]]}, "is not one of text"),
        ("doccano", {"label": [[0, 1, "x"]]}, "the text that the spans point into"),
        ("doccano", {"text": "A.", "annotations": [{"label": 1, "user": 1}]}, "by number"),
        (
            "doccano",
            {"text": "A.", "label": ["help:supports", "help:disputes"]},
            "two stances of help: supports and disputes",
        ),
        ("prodigy", {"answer": "accept", "accept": []}, "text: Field required"),
        ("prodigy", {"text": "A.", "answer": "accept", "accept": "x"}, "accept: expected a list"),
        ("prodigy", {"text": "A.", "answer": "maybe", "label": "x"}, "the answer is 'maybe'"),
        ("native", {"id": "1", "text": "A.", "frames": ["help"]}, "frames: "),
    ],
)
def test_a_record_not_taken_is_there_with_its_reason(
    name: str, record: Any, told: str, tmp_path: Path, codebook: Codebook
) -> None:
    path = tmp_path / "a.x"
    path.write_text(json.dumps([record] if name in LISTS else record))
    found = read_format(name, path, codebook)
    assert found.sentences == []
    assert [reject.place for reject in found.dropped] == ["a.x:1"]
    assert told in found.dropped[0].reason
    assert "\n" not in found.dropped[0].reason


@pytest.mark.parametrize("name", ["native", "doccano", "prodigy"])
def test_a_broken_line_leaves_the_others(name: str, tmp_path: Path, codebook: Codebook) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "text": "A."}\n\n{"id": \n{"id": "2", "text": "B."}\n')
    found = read_format(name, path, codebook)
    assert [s.text for s in found.sentences] == ["A.", "B."]
    (reject,) = found.dropped
    assert (reject.record, reject.place) == ('{"id": ', "a.jsonl:3")
    assert reject.reason.startswith("not JSON: ")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "there is no text column; expected text .found: none"),
        ("id,body\n1,A.\n", "expected text .found: id, body"),
        ("text,help\nA.,0\n", "frames without a column: trade"),
        ("text,frames,help,trade\n", "columns frames and help"),
        ("text,a,a\n", "two columns are named 'a'"),
        ('text,frames\nA.,\n"B.,\nC.,\n', r"a\.csv, row 3: broken table"),
        ("text,frames\n", "no record"),
    ],
)
def test_a_table_that_is_wrong_as_a_whole(
    content: str, told: str, tmp_path: Path, codebook: Codebook
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=told):
        read_format("csv", path, codebook)


def test_a_dataset_without_classes(tmp_path: Path, codebook: Codebook) -> None:
    import datasets

    rows = {"text": ["A."], "help": ["supports"], "trade": [""]}
    datasets.Dataset.from_dict(rows).save_to_disk(str(tmp_path / "d"))
    with pytest.raises(InputError, match="no ClassLabel column 'help'; found: text, help, trade"):
        read_format("datasets", tmp_path / "d", codebook)
    with pytest.raises(InputError, match="expected a folder written by save_to_disk"):
        read_format("datasets", tmp_path, codebook)


@pytest.mark.parametrize(
    "content", ["", "plain words", '{"id": 1, "body": "A."}', '[{"text": "A."}]', "[1]"]
)
def test_an_unclear_format_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(InputError, match="the format is not clear"):
        detect_format(path)
    with pytest.raises(InputError, match="the format is not clear"):
        detect_format(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        detect_format(tmp_path / "gone")


def test_sentences_that_wait_for_annotation_are_native(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "text": "A.", "outlet": "Lowland Post"}\n')
    assert detect_format(path) == "native"
