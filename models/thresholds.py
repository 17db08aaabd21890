"""Where a frame counts as present: thresholds chosen on held-out predictions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

UNLEARNT = 0.5


def best_f1_threshold(probability: Floats, present: NDArray[np.bool_]) -> float:
    """The threshold with the highest F1 of the positive class.

    Args:
        probability: P(frame) of held-out sentences, shape (n,).
        present: Whether the frame is there, shape (n,).

    Returns:
        A threshold halfway between two neighbouring probabilities, so that a decision does not
        hang on rounding; 0.5 where no sentence has the frame.
    """
    if not present.any():
        return UNLEARNT
    order = np.argsort(-probability, kind="stable")
    ranked, hits = probability[order], np.cumsum(present[order])
    f1 = 2 * hits / (np.arange(1, len(ranked) + 1) + present.sum())
    # Only between different probabilities can a line be drawn.
    lower = np.append(ranked[1:], 0.0)
    f1[:-1][ranked[:-1] == ranked[1:]] = -1
    cut = int(np.argmax(f1))
    return float((ranked[cut] + lower[cut]) / 2)


def fit_thresholds(probability: Floats, present: NDArray[np.bool_]) -> NDArray[np.float64]:
    """One threshold a frame from P(frame) and truth, both of shape (n, F)."""
    columns = range(probability.shape[1])
    return np.array([best_f1_threshold(probability[:, f], present[:, f]) for f in columns])
