"""A classifier as users meet it: text in, frames and stances out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from framescope.data.codebook import Codebook
from framescope.models.decisions import DecisionRule, Prediction, Scores, to_predictions
from framescope.models.labels import LabelSpace
from framescope.models.scope import Scope


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
    """A scorer with the codebook it was trained under, the rule that decides, and its scope."""

    codebook: Codebook
    scorer: Scorer
    rule: DecisionRule
    hash: str = ""
    scope: Scope = field(default_factory=Scope)

    @property
    def space(self) -> LabelSpace:
        """Frames and classes."""
        return self.scorer.space

    def scores(self, texts: Sequence[str]) -> Scores:
        """Calibrated probabilities and decisions of n texts."""
        return self.rule.apply(self.scorer.logits(texts))

    def predict(self, texts: Sequence[str], *, abstain: bool = True) -> list[Prediction]:
        """One prediction a text, in order.

        Args:
            texts: What to predict, each judged by itself.
            abstain: Leave texts outside the model's scope without frames and probabilities, the
                reason in ``abstained``.

        Raises:
            TypeError: A single string is given instead of a list of texts.
        """
        if isinstance(texts, str):
            raise TypeError("predict takes a list of texts: predict([text])")
        reasons = [self.scope.judge([text])[0] if abstain else None for text in texts]
        told = [text for text, reason in zip(texts, reasons, strict=True) if reason is None]
        predictions = iter(to_predictions(told, self.scores(told), self.space))
        return [
            next(predictions) if reason is None else Prediction(text, abstained=reason)
            for text, reason in zip(texts, reasons, strict=True)
        ]
