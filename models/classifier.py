"""A classifier as users meet it: text in, frames and stances out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from framescope.data.codebook import Codebook
from framescope.models.decisions import DecisionRule, Prediction, Scores, to_predictions
from framescope.models.labels import LabelSpace


class Scorer(Protocol):
    """What turns texts into logits: the network or the linear baseline."""

    kind: str

    @property
    def space(self) -> LabelSpace:
        """Frames and classes."""

    @property
    def computed(self) -> str:
        """Device and precision in use, for provenance."""

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Logits of n texts, shape (n, F, C)."""

    def save(self, folder: Path) -> None:
        """Write what a bundle needs to load the scorer again."""


@dataclass(frozen=True, slots=True)
class FrameClassifier:
    """A scorer with the codebook it was trained under and the rule that decides."""

    codebook: Codebook
    scorer: Scorer
    rule: DecisionRule
    hash: str = ""

    @property
    def space(self) -> LabelSpace:
        """Frames and classes."""
        return self.scorer.space

    def scores(self, texts: Sequence[str]) -> Scores:
        """Calibrated probabilities and decisions of n texts."""
        return self.rule.apply(self.scorer.logits(texts))

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order.

        Raises:
            TypeError: A single string is given instead of a list of texts.
        """
        if isinstance(texts, str):
            raise TypeError("predict takes a list of texts: predict([text])")
        return to_predictions(list(texts), self.scores(texts), self.space)
