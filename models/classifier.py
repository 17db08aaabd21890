"""A classifier as users meet it: text in, frames and stances out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.fingerprints import Fingerprints
from framescope.data.parts import Part
from framescope.models.alarms import FramelessSentences
from framescope.models.cascade import Cascade
from framescope.models.decisions import DecisionRule, Prediction, Scores, to_predictions
from framescope.models.labels import LabelSpace
from framescope.models.scope import Scope
from framescope.models.staged import StagedScorer, staged_scores


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
    """A scorer with its codebook, the rule that decides, and the scope it was trained for.

    ``frameless`` tells what the rule does to held-out training sentences without a frame;
    ``cascade`` what its first stage does to those with one, if the scorer has two stages;
    ``trained_on`` which sentences it was trained on; ``part`` of which articles it saw no label, if
    it was trained for those alone (decision 24).
    """

    codebook: Codebook
    scorer: Scorer
    rule: DecisionRule
    hash: str = ""
    scope: Scope = field(default_factory=Scope)
    frameless: FramelessSentences | None = None
    cascade: Cascade | None = None
    trained_on: Fingerprints = frozenset()
    part: Part | None = None

    @property
    def space(self) -> LabelSpace:
        """Frames and classes."""
        return self.scorer.space

    @property
    def thresholds(self) -> dict[str, float]:
        """The threshold of each frame."""
        return dict(zip(self.space.frames, self.rule.thresholds.tolist(), strict=True))

    def scores(self, texts: Sequence[str]) -> Scores:
        """Calibrated probabilities and decisions of n texts."""
        return self.rule.apply(self.scorer.logits(texts))

    def cascaded_scores(self, texts: Sequence[str]) -> tuple[Scores, dict[str, int]]:
        """Scores of n texts, those far from every frame by the first stage alone (decision 11).

        Returns:
            The scores, and how many sentences took which way (``staged.COUNTS``); without a
            cascade ``scores(texts)`` and no counts.
        """
        if self.cascade is None:
            return self.scores(texts), {}
        # Only a scorer of two stages is saved and loaded with a cascade.
        return staged_scores(cast(StagedScorer, self.scorer), self.rule, self.cascade, texts)

    def bounded(self, per_1000: float, frameless: Sequence[str] = ()) -> FrameClassifier:
        """The classifier with thresholds raised until false alarms keep below a rate.

        Args:
            per_1000: False alarms allowed in 1,000 frameless sentences.
            frameless: Sentences without a frame, of the archive to be scored, that vouch for the
                rate; if none, the held-out frameless sentences of the training corpus do.

        Raises:
            InputError: There are too few such sentences for so low a rate, or none at all.
        """
        known = self.frameless
        if frameless:
            known = FramelessSentences.of(self.rule, self.scores(frameless).frame_probability)
        if known is None:
            wish = "sentences without a frame to bound false alarms by"
            raise InputError("the bundle keeps no frameless sentences", expected=wish)
        shift = known.shift_for(per_1000)
        cascade = self.cascade and self.cascade.raised(shift)
        rule, frameless_left = self.rule.raised(shift), known.shifted(shift)
        return replace(self, rule=rule, frameless=frameless_left, cascade=cascade)

    def predict(self, texts: Sequence[str], *, abstain: bool = True) -> list[Prediction]:
        """One prediction a text, in order.

        Args:
            texts: What to predict, each judged by itself.
            abstain: Do not measure texts outside the model's scope: their frames are None, and
                ``abstained`` gives the reason.

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
