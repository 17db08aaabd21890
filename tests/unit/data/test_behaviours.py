from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from framescope.data.annotations import read_annotations
from framescope.data.behaviours import BehaviourCase, read_cases, shipped_cases
from framescope.data.checks import find_leakage
from framescope.data.codebook import Codebook, load_codebook
from framescope.data.corpus_files import SHIPPED_CASES, SHIPPED_CORPUS
from framescope.data.errors import InputError

HELP, NOTHING = {"text": "Tanks.", "frames": {"help": "supports"}}, {"text": "Rain.", "frames": {}}
MOVE = {"frame": "help", "direction": "down"}
GOOD: dict[str, Any] = {
    "id": "n-1", "capability": "names", "kind": "invariance", "texts": [HELP, HELP],
}  # fmt: skip


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_cases_come_as_written_and_give_annotated_sentences(
    tmp_path: Path, codebook: Codebook
) -> None:
    direction = {"id": "d-1", "capability": "denial", "kind": "direction"}
    rows = [GOOD, direction | {"texts": [HELP, NOTHING], "moves": [MOVE]}]
    cases = read_cases([written(tmp_path, *rows)], codebook)
    assert [case.id for case in cases] == ["n-1", "d-1"]
    sentences = cases[1].sentences
    assert [s.id for s in sentences] == ["d-1.1", "d-1.2"]
    assert [s.labels for s in sentences] == [{"help": "supports"}, {}]
    assert {s.document for s in sentences} == {"d-1"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "guess"}, "kind: Input should be"),
        ({"texts": []}, "texts: Tuple should have at least 1 item"),
        ({"texts": [HELP]}, "expected an original and at least one variant"),
        ({"texts": [HELP, NOTHING]}, "expected the same frames for the original"),
        ({"moves": [MOVE]}, "moves belong to tests of direction"),
        ({"kind": "direction"}, "expected two texts and at least one move"),
        ({"kind": "direction", "moves": [{"frame": "peace", "direction": "up"}]}, "'peace'"),
        (
            {"kind": "direction", "moves": [MOVE, MOVE | {"direction": "up"}]},
            "2 moves of help; expected one for a frame and stance",
        ),
        (
            {"kind": "direction", "moves": [MOVE | {"stance": "supports"}] * 2},
            "2 moves of help supports; expected one",
        ),
        (
            {"kind": "direction", "moves": [MOVE | {"stance": "shrugs"}]},
            "unknown stance 'shrugs' of help",
        ),
        ({"texts": [{"text": "A.", "frames": {"peace": "supports"}}] * 2}, "unknown frame 'peace'"),
        ({"texts": [{"text": "A."}] * 2}, "texts.0.frames: Field required"),
        ({"id": "n-0"}, "the id 'n-0' is taken by an earlier row"),
        ({"kind": "minimum_functionality"}, "expected invariance as before"),
    ],
)
def test_a_row_that_is_wrong_is_named_by_file_and_row(
    tmp_path: Path, codebook: Codebook, change: dict[str, Any], told: str
) -> None:
    path = written(tmp_path, GOOD | {"id": "n-0"}, GOOD | change)
    with pytest.raises(InputError) as caught:
        read_cases([path], codebook)
    assert str(caught.value).startswith(f"{path}, row 2: ")
    assert told in str(caught.value)


def test_an_empty_file_and_broken_json_are_named(tmp_path: Path, codebook: Codebook) -> None:
    with pytest.raises(InputError, match="the file has no case"):
        read_cases([written(tmp_path)], codebook)
    (tmp_path / "cases.jsonl").write_text("{\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 1: not JSON"):
        read_cases([tmp_path], codebook)


def test_the_shipped_cases_are_for_the_shipped_codebook_alone(codebook: Codebook) -> None:
    with pytest.raises(InputError, match=r"belarus-china-russia v1.*bundle has small v1"):
        shipped_cases(codebook)


@pytest.fixture(scope="module")
def shipped() -> list[BehaviourCase]:
    return shipped_cases(load_codebook())


def test_every_capability_has_enough_cases_and_every_frame(shipped: list[BehaviourCase]) -> None:
    book = load_codebook()
    counts = Counter(case.capability for case in shipped)
    assert len(counts) == len(list(SHIPPED_CASES.glob("*.jsonl"))) >= 12
    assert min(counts.values()) >= 20
    frames = {name: set[str]() for name in counts}
    for case in shipped:
        for text in case.texts:
            frames[case.capability].update(text.frames)
    assert frames.pop("homonyms") == set()
    assert all(found == set(book.frame_ids) for found in frames.values()), frames


def test_no_shipped_text_stands_twice(shipped: list[BehaviourCase]) -> None:
    texts = Counter(text.text for case in shipped for text in case.texts)
    assert [text for text, n in texts.items() if n > 1] == []


def test_moves_follow_from_the_labels(shipped: list[BehaviourCase]) -> None:
    for case in shipped:
        before, after = case.texts[0].frames, case.texts[-1].frames
        for move in case.moves:
            assert move.direction == "up", case.id
            assert after[move.frame] == move.stance != before[move.frame], case.id


def test_no_shipped_case_is_in_the_corpus_or_nearly_so(shipped: list[BehaviourCase]) -> None:
    corpus = read_annotations([SHIPPED_CORPUS], load_codebook())
    held_out = [sentence for case in shipped for sentence in case.sentences]
    assert find_leakage(corpus, held_out) == []
