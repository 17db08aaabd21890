"""From logits to what a person reads: frames, probabilities, stances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, softmax

from framescope.models.calibration import fit_temperatures
from framescope.models.labels import LabelSpace
from framescope.models.scope import Reason
from framescope.models.thresholds import fit_thresholds

Floats = NDArray[np.float32]

_ROUNDED = 1e-7


@dataclass(frozen=True, slots=True)
class Scores:
    """Calibrated probabilities and decisions for n sentences.

    Attributes:
        frame_probability: P(frame) = 1 - P(absent), shape (n, F).
        class_probability: P(stance | frame), shape (n, F, C - 1).
        present: Whether the frame's threshold is reached, shape (n, F).
        discarded: Whether only the first stage measured the sentence (decision 11), shape (n,);
            None: none was.
    """

    frame_probability: Floats
    class_probability: Floats
    present: NDArray[np.bool_]
    discarded: NDArray[np.bool_] | None = None

    @property
    def joint_probability(self) -> Floats:
        """P(frame and stance), shape (n, F, C - 1)."""
        return self.frame_probability[:, :, None] * self.class_probability

    @property
    def stance(self) -> NDArray[np.int64]:
        """The likeliest stance, given the frame, as a class code of 1 to C - 1; shape (n, F)."""
        return np.asarray(self.class_probability.argmax(axis=2) + 1, dtype=np.int64)

    @property
    def codes(self) -> NDArray[np.int64]:
        """The decided class of each frame, 0 for absent; shape (n, F)."""
        return np.where(self.present, self.stance, 0)

    def take(self, rows: NDArray[np.int64]) -> Scores:
        """Scores of the sentences in these places, in their order; shape (m,)."""
        discarded = None if self.discarded is None else self.discarded[rows]
        return Scores(
            self.frame_probability[rows],
            self.class_probability[rows],
            self.present[rows],
            discarded,
        )


@dataclass(frozen=True, slots=True)
class Prediction:
    """What is decided about one text; nothing where ``abstained`` gives a reason (decision 9).

    Attributes:
        text: The text.
        frames: Each frame that is there, with its stance, if the codebook has stances; empty: no
            frame; None: not measured, as in an annotated sentence.
        probabilities: P(frame) of every frame; empty where it was not measured.
        stance_probabilities: P(stance | frame) of every frame; empty without stances.
        abstained: Why the text was not measured; None where it was.
    """

    text: str
    frames: dict[str, str | None] | None = None
    probabilities: dict[str, float] = field(default_factory=dict)
    stance_probabilities: dict[str, dict[str, float]] = field(default_factory=dict)
    abstained: Reason | None = None

    @property
    def likeliest(self) -> str | None:
        """The frame of highest probability, decided or not; None where it was not measured."""
        return max(self.probabilities, key=self.probabilities.__getitem__, default=None)


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """Temperatures and thresholds of F frames, both of shape (F,)."""

    temperatures: NDArray[np.float64]
    thresholds: NDArray[np.float64]

    @classmethod
    def fit(
        cls,
        logits: Floats,
        codes: NDArray[np.int64],
        groups: Sequence[str],
        *,
        framed_share: float | None = None,
    ) -> DecisionRule:
        """Fit both on held-out logits (n, F, C), true classes (n, F) and documents (n,).

        With ``framed_share`` the thresholds suit texts in which that share has a frame.
        """
        temperatures = fit_temperatures(logits, codes)
        probability = _probabilities(logits, temperatures)[0]
        found = fit_thresholds(probability, codes > 0, groups, framed_share=framed_share)
        return cls(temperatures, found)

    def margins(self, frame_probability: Floats) -> NDArray[np.float64]:
        """How far P(frame), shape (n, F), lies beyond the threshold of any frame, shape (n,).

        In log-odds; a sentence is flagged from 0 on.
        """
        beyond = _log_odds(frame_probability) - _log_odds(self.thresholds)
        return np.asarray(beyond.max(axis=1), dtype=np.float64)

    def raised(self, shift: float) -> DecisionRule:
        """The same rule with every threshold ``shift`` log-odds higher."""
        odds = _log_odds(self.thresholds) + shift
        # Beyond what float32 can tell from 1 only a threshold above 1 silences.
        return replace(self, thresholds=np.where(odds > logit(1 - _ROUNDED), 1.01, expit(odds)))

    def apply(self, logits: Floats) -> Scores:
        """Scores of logits of shape (n, F, C)."""
        frame, stance = _probabilities(logits, self.temperatures)
        return Scores(frame, stance, frame >= self.thresholds)


def _log_odds(probability: NDArray[np.floating]) -> NDArray[np.float64]:
    # float32 rounds what is almost certain to 1; infinite odds could not be compared.
    odds: NDArray[np.float64] = logit(np.clip(np.float64(probability), _ROUNDED, 1 - _ROUNDED))
    return odds


def _probabilities(logits: Floats, temperatures: NDArray[np.float64]) -> tuple[Floats, Floats]:
    classes = softmax(logits.astype(np.float64) / temperatures[:, None], axis=2)
    present = classes[:, :, 1:]
    total = present.sum(axis=2)
    stance = present / np.maximum(total[:, :, None], np.finfo(np.float64).tiny)
    return total.astype(np.float32), stance.astype(np.float32)


def to_predictions(texts: list[str], scores: Scores, space: LabelSpace) -> list[Prediction]:
    """One prediction a text; stance probabilities only where the codebook has stances."""

    def stances(values: Floats) -> dict[str, float]:
        return dict(zip(space.classes[1:], map(float, values), strict=True))

    def prediction(row: int, text: str) -> Prediction:
        by_frame: Mapping[str, int] = {frame: f for f, frame in enumerate(space.frames)}
        return Prediction(
            text=text,
            frames=space.decode(scores.codes[row]),
            probabilities={k: float(scores.frame_probability[row, f]) for k, f in by_frame.items()},
            stance_probabilities={
                k: stances(scores.class_probability[row, f])
                for k, f in by_frame.items()
                if space.has_stances
            },
        )

    return [prediction(row, text) for row, text in enumerate(texts)]
