from __future__ import annotations

from pathlib import Path

import pytest

from framescope.data.codebook import Codebook, dump_codebook, load_codebook, require_same
from framescope.data.errors import InputError


def test_the_shipped_codebook_has_three_frames_three_stances_and_the_decided_cases() -> None:
    book = load_codebook()
    assert book.frame_ids == ("balancing_russia", "aiding_russias_war", "economic_diversification")
    assert book.stance_ids == ("supports", "disputes", "neutral")
    assert len(book.hard_cases) >= 23


def test_a_dumped_codebook_reads_back_to_the_same_hash(tmp_path: Path, codebook: Codebook) -> None:
    path = tmp_path / "book.yaml"
    path.write_text("# a comment\n" + dump_codebook(codebook), encoding="utf-8")
    assert load_codebook(path).hash == codebook.hash


def test_the_hash_changes_with_a_definition(codebook: Codebook) -> None:
    frames = (codebook.frames[0].model_copy(update={"definition": "Other."}), codebook.frames[1])
    before = codebook.hash
    assert codebook.model_copy(update={"frames": frames}).hash != before


@pytest.mark.parametrize(
    ("frames", "told"),
    [
        (["text"], "text"),
        (["a", "a_probability"], "a_probability"),
        (["a", "a"], "twice"),
        (["Bad Id"], "match pattern"),
        ([], "at least 1"),
    ],
)
def test_frame_ids_that_cannot_be_columns_are_refused(
    tmp_path: Path, frames: list[str], told: str
) -> None:
    path = tmp_path / "book.yaml"
    rows = "".join(f"\n  - id: {frame}" for frame in frames) or " []"
    path.write_text(f"id: x\nversion: 1\nframes:{rows}\n", encoding="utf-8")
    with pytest.raises(InputError, match=told) as caught:
        load_codebook(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"frames: [", b"just text", b""])
def test_a_broken_codebook_file_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "book.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"book\.yaml"):
        load_codebook(path)


def test_different_codebooks_are_not_mixed(codebook: Codebook, plain_codebook: Codebook) -> None:
    require_same(codebook, "bundle", codebook, "gold")
    with pytest.raises(InputError, match=r"small v1 .* plain v1"):
        require_same(codebook, "bundle", plain_codebook, "gold")
