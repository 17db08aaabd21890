"""Mean average precision: how good the ranking is, whatever the thresholds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score


def mean_average_precision(
    probability: NDArray[np.floating], codes: NDArray[np.int64]
) -> float | None:
    """Average precision, its mean over frames and stances that the gold shows.

    Args:
        probability: P(frame in that stance), shape (n, F, C - 1).
        codes: True classes, 0 for absent, shape (n, F).

    Returns:
        The mean, 0 to 1; None where the gold shows no frame.
    """
    truth = codes[:, :, None] == np.arange(1, probability.shape[2] + 1)
    shown = np.argwhere(truth.any(axis=0))
    scores = [average_precision_score(truth[:, f, c], probability[:, f, c]) for f, c in shown]
    return float(np.mean(scores)) if scores else None
