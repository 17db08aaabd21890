from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from framescope.data.annotations import AnnotatedSentence, parse_annotation
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.migration import MigrationMap, load_map, migrate


def book(
    version: int, *frames: str, stances: tuple[str, ...] = ("supports", "disputes")
) -> Codebook:
    content = {
        "id": "b", "version": version, "frames": [{"id": f} for f in frames],
        "stances": [{"id": s} for s in stances],
    }  # fmt: skip
    return Codebook.model_validate(content)


OLD = book(1, "stays", "alias", "loans", "trade", "wide", "gone")
NEW = book(2, "stays", "renamed", "economy", "left", "right", "fresh")
MAP: dict[str, Any] = {
    "from": OLD.hash[:12],
    "to": NEW.hash[:12],
    "rename": {"alias": "renamed"},
    "merge": {"economy": ["loans", "trade"]},
    "split": {"wide": ["left", "right"]},
    "new": {"fresh": "absent"},
    "drop": ["gone"],
}


def load(tmp_path: Path, **changes: Any) -> MigrationMap:
    path = tmp_path / "map.yaml"
    path.write_text(yaml.safe_dump(MAP | changes))
    return load_map(path, OLD, NEW)


def sentence(**frames: str) -> AnnotatedSentence:
    extra = {"voice": "wire", "codebook": OLD.hash[:12], "annotator": "a"}
    return AnnotatedSentence(id="1", text="A text.", frames=dict(frames), document="d", **extra)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({"stays": "supports"}, {"stays": "supports"}),
        ({"alias": "disputes"}, {"renamed": "disputes"}),
        ({"loans": "supports"}, {"economy": "supports"}),
        ({"loans": "supports", "trade": "supports"}, {"economy": "supports"}),
        ({"gone": "supports", "stays": "disputes"}, {"stays": "disputes"}),
    ],
)
def test_what_the_map_decides_is_carried_over(
    before: dict[str, str], after: dict[str, str], tmp_path: Path
) -> None:
    found = migrate([sentence(**before)], load(tmp_path), NEW)
    assert found.to_annotate == []
    (row,) = found.carried
    assert (row.frames, row.codebook, row.document) == (after, NEW.hash[:12], "d")
    assert (row.model_extra or {})["voice"] == "wire"


@pytest.mark.parametrize(
    ("before", "carried", "asked"),
    [
        ({"wide": "supports", "stays": "disputes"}, {"stays": "disputes"}, ["left", "right"]),
        ({"loans": "supports", "trade": "disputes"}, {}, ["economy"]),
    ],
)
def test_what_it_leaves_open_is_to_be_annotated(
    before: dict[str, str], carried: dict[str, str], asked: list[str], tmp_path: Path
) -> None:
    found = migrate([sentence(**before)], load(tmp_path), NEW)
    assert found.carried == []
    (row,) = found.to_annotate
    assert row.frames is None
    assert row.model_extra is not None
    assert (row.model_extra["carried"], row.model_extra["asked"]) == (carried, asked)
    assert (row.annotator, row.codebook) == (None, None)


def test_a_new_frame_is_absent_only_if_somebody_says_so(tmp_path: Path) -> None:
    mapping = load(tmp_path, new={"fresh": "annotate"})
    found = migrate([sentence(stays="supports")], mapping, NEW)
    assert [s.model_extra["asked"] for s in found.to_annotate if s.model_extra] == [["fresh"]]


@given(
    st.lists(
        st.dictionaries(st.sampled_from(OLD.frame_ids), st.sampled_from(OLD.stance_ids)), max_size=9
    )
)
def test_nothing_is_lost_and_all_that_is_carried_meets_the_new_codebook(
    labels: list[dict[str, str]],
) -> None:
    mapping = MigrationMap.model_validate(MAP)
    found = migrate([sentence(**row) for row in labels], mapping, NEW)
    assert len(found.carried) + len(found.to_annotate) == len(labels)
    for row in found.carried:
        parse_annotation(row.model_dump(), NEW)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"drop": []}, "'gone' is no frame of the new codebook"),
        ({"new": {}}, "does not say what 'fresh' of the new"),
        ({"rename": {"alias": "stays"}}, "'stays' of the new codebook is named twice"),
        ({"drop": ["gone", "loans"]}, "'loans' of the old codebook is named twice"),
        ({"rename": {"typo": "renamed"}}, "'typo' is no frame of the old"),
        ({"from": "0" * 12}, "from: 000000000000 is not b v1"),
        ({"to": NEW.hash[:4]}, "is not b v2"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_map_must_account_for_every_frame(
    changes: dict[str, Any], told: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=told):
        load(tmp_path, **changes)


def test_other_stances_cannot_be_carried_over(tmp_path: Path) -> None:
    other = book(2, *NEW.frame_ids, stances=("pro", "contra"))
    path = tmp_path / "map.yaml"
    path.write_text(yaml.safe_dump(MAP | {"to": other.hash}))
    with pytest.raises(InputError, match="different stances"):
        load_map(path, OLD, other)
