"""Which columns of a table are frames, and which are fields of the sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.formats.drafts import CONTRACT, NESTED

#: Fields of the contract besides id, text and frames that a cell can hold, in its order.
DETAILS = tuple(name for name in CONTRACT if name not in {"id", "text", "frames", NESTED})
#: The column for all that has no column of its own, as a JSON object.
META = "meta"


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a table: all names, the frames that have one, whether labels are listed."""

    names: list[str]
    frames: tuple[str, ...]
    listed: bool


def table_columns(header: list[str], codebook: Codebook, path: Path) -> Columns:
    """Tell the columns of a header apart; letter case does not count in names that are known.

    Raises:
        InputError: There is no text, a name comes twice, or only some frames have a column.
    """
    refuse_frames_named_like_fields(codebook, path)
    names = [_known(name, codebook) for name in header]
    frames = tuple(frame for frame in codebook.frame_ids if frame in names)
    missing = [frame for frame in codebook.frame_ids if frame not in names]
    twice = next((name for name in names if names.count(name) > 1), None)
    listed = "frames" in names
    found = f"(found: {', '.join(names) or 'none'})"
    if "text" not in names:
        raise InputError("there is no text column", path=path, row=1, expected=f"text {found}")
    if twice is not None:
        raise InputError(f"two columns are named {twice!r}", path=path, row=1)
    if listed and frames:
        raise InputError(f"columns frames and {frames[0]}", path=path, row=1, expected="one form")
    if frames and missing:
        problem = f"frames without a column: {', '.join(missing)}"
        raise InputError(problem, path=path, row=1, expected="a column for each frame or none")
    return Columns(names, frames, listed)


def _known(name: str, codebook: Codebook) -> str:
    plain = name.strip().lower()
    return plain if plain in {*CONTRACT, META, *codebook.frame_ids} else name


def refuse_frames_named_like_fields(codebook: Codebook, path: Path) -> None:
    """A table cannot hold a frame and a field of the sentence under one name.

    Raises:
        InputError: The codebook has such a frame.
    """
    clash = sorted({*CONTRACT, META} & set(codebook.frame_ids))
    if clash:
        problem = f"the frame {clash[0]!r} has the name of a column of the sentence"
        raise InputError(problem, path=path, expected="another format, or another frame id")
