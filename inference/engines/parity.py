"""How far an engine's answers lie from those of torch in float32, and how far they may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framescope.data.errors import InputError
from framescope.models.decisions import Scores

#: Least share of sentences that must be decided alike, and most that a probability may differ.
DECISIONS_EQUAL, PROBABILITY_WITHIN = 0.995, 0.02


@dataclass(frozen=True, slots=True)
class Parity:
    """An engine beside the reference on the same sentences.

    Attributes:
        sentences: How many there are.
        decisions_equal: Share of sentences for which every frame and stance is decided alike.
        largest_difference: Of any P(frame), or P(frame and stance), in any sentence.
        mean_difference: The same, on average.
    """

    sentences: int
    decisions_equal: float
    largest_difference: float
    mean_difference: float

    @classmethod
    def of(cls, reference: Scores, other: Scores) -> Parity:
        """Compare scores of the same sentences."""
        equal = (reference.codes == other.codes).all(axis=1)
        apart = differences(reference, other)
        return cls(len(equal), float(equal.mean()), float(apart.max()), float(apart.mean()))

    @property
    def faithful(self) -> bool:
        """Whether both bounds are kept; what is not a number keeps none."""
        alike = self.decisions_equal >= DECISIONS_EQUAL
        return alike and self.largest_difference <= PROBABILITY_WITHIN


def differences(reference: Scores, other: Scores) -> np.ndarray:
    """Greatest difference of a probability in each sentence, shape (n,)."""
    frames = np.abs(reference.frame_probability - other.frame_probability).max(axis=1)
    joint = np.abs(reference.joint_probability - other.joint_probability).max(axis=(1, 2))
    return np.asarray(np.maximum(frames, joint))


def require_parity(name: str, texts: Sequence[str], reference: Scores, other: Scores) -> Parity:
    """Measure parity and refuse what is not faithful.

    Raises:
        InputError: It tells both figures and the sentence that differs most.
    """
    found = Parity.of(reference, other)
    if not found.faithful:
        apart = differences(reference, other)
        # argmax takes the first that is not a number, if there is one.
        worst = int(apart.argmax())
        raise InputError(
            f"{name} is not faithful to torch fp32: {found.decisions_equal:.2%} of "
            f"{found.sentences} sentences decided alike, probabilities up to "
            f"{found.largest_difference:.3f} apart, most in {_cut(texts[worst])!r}",
            expected=f"{DECISIONS_EQUAL:.1%} alike or more, and {PROBABILITY_WITHIN} apart or less",
        )
    return found


def _cut(text: str, longest: int = 80) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
