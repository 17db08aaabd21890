"""Labels as numbers: for each frame one of C classes, 0 meaning absent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.features import class_names

ABSENT = 0

#: How the outputs of a network's head are read (decision 12); weights for another way are refused.
HEADS = "frame, stance given frame"


@dataclass(frozen=True, slots=True)
class LabelSpace:
    """F frames with the same C classes each: ``absent``, then the stances (or ``present``)."""

    frames: tuple[str, ...]
    classes: tuple[str, ...]
    has_stances: bool

    @classmethod
    def of(cls, codebook: Codebook) -> LabelSpace:
        """The label space of a codebook."""
        return cls(codebook.frame_ids, class_names(codebook), bool(codebook.stance_ids))

    @property
    def shape(self) -> tuple[int, int]:
        """(F, C)."""
        return len(self.frames), len(self.classes)

    def encode(self, sentences: Iterable[AnnotatedSentence]) -> NDArray[np.int64]:
        """Class codes of shape (n, F); a sentence without annotation counts as frameless."""

        def code(sentence: AnnotatedSentence, frame: str) -> int:
            if frame not in sentence.labels:
                return ABSENT
            return self.classes.index(sentence.labels[frame] or self.classes[1])

        rows = [[code(sentence, frame) for frame in self.frames] for sentence in sentences]
        return np.array(rows, dtype=np.int64).reshape(-1, len(self.frames))

    def decode(self, codes: NDArray[np.int64]) -> dict[str, str | None]:
        """The frames of one sentence from its F codes."""
        present = {f: self.classes[c] for f, c in zip(self.frames, codes, strict=True) if c}
        return {f: c if self.has_stances else None for f, c in present.items()}
