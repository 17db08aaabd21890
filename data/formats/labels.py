"""Labels as other tools hold them: one string a frame, ``frame:stance`` or just ``frame``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook


def frames_of(labels: Iterable[Any]) -> dict[str, str | None]:
    """Frames and stances behind label strings; the codebook is not asked yet.

    Raises:
        ValueError: A label is not text, or a frame comes with two stances.
    """
    frames: dict[str, str | None] = {}
    for label in labels:
        if not isinstance(label, str):
            raise ValueError(f"the label {label!r} is not text")  # noqa: TRY004  (a fault of data)
        frame, _, rest = (part.strip() for part in label.partition(":"))
        stance = rest or None
        if frames.setdefault(frame, stance) != stance:
            raise ValueError(f"two stances of {frame}: {frames[frame]} and {stance}")
    return frames


def labels_of(sentence: AnnotatedSentence) -> list[str]:
    """The label strings of an annotated sentence."""
    return [f"{f}:{stance}" if stance else f for f, stance in sentence.labels.items()]


def all_labels(codebook: Codebook) -> list[str]:
    """Every label that the codebook allows, for the choices of a tool."""
    if not codebook.stance_ids:
        return list(codebook.frame_ids)
    return [f"{frame}:{stance}" for frame in codebook.frame_ids for stance in codebook.stance_ids]
