"""Cells of a table that has a column for each frame."""

from __future__ import annotations

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook

_ABSENT = frozenset({"", "0", "no", "n", "false", "absent"})
_PRESENT = frozenset({"1", "yes", "y", "true", "present", "x"})


def cell_of(sentence: AnnotatedSentence, frame: str) -> str:
    """The stance, 1 where the codebook has none, 0 where absent; blank: nobody annotated."""
    if sentence.frames is None:
        return ""
    return sentence.frames[frame] or "1" if frame in sentence.frames else "0"


def answer_of(cells: dict[str, str], codebook: Codebook) -> list[str] | None:
    """Labels behind the cells of one row; None where all are blank.

    Raises:
        ValueError: A cell is none of the words that are understood.
    """
    if not any(cell.strip() for cell in cells.values()):
        return None
    labels = (_label(frame, cell.strip().lower(), codebook) for frame, cell in cells.items())
    return [label for label in labels if label is not None]


def _label(frame: str, word: str, codebook: Codebook) -> str | None:
    # Stances come first: a codebook may have one named "no".
    if word in codebook.stance_ids:
        return f"{frame}:{word}"
    if word in _ABSENT:
        return None
    if word in _PRESENT and not codebook.stance_ids:
        return frame
    wish = ", ".join(codebook.stance_ids) or "1, yes"
    raise ValueError(f"{word!r} in column {frame}; expected {wish}, or 0 where absent")
