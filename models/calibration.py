"""Turning logits into probabilities that mean what they say, and saying how well they do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

Floats = NDArray[np.floating]

_COOLEST, _HOTTEST = 0.05, 20.0


def fit_temperatures(logits: Floats, codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """One temperature a frame, by minimal negative log-likelihood (Guo et al. 2017).

    Args:
        logits: Held-out logits, shape (n, F, C).
        codes: True classes, shape (n, F).

    Returns:
        Temperatures, shape (F,); logits are divided by them.
    """

    def fit(frame_logits: Floats, truth: NDArray[np.int64]) -> float:
        rows = np.arange(len(truth))

        def loss(log_temperature: float) -> float:
            scaled = log_softmax(frame_logits / np.exp(log_temperature), axis=1)
            return -float(scaled[rows, truth].mean())

        bounds = (np.log(_COOLEST), np.log(_HOTTEST))
        return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))

    return np.array([fit(logits[:, f], codes[:, f]) for f in range(logits.shape[1])])


def expected_calibration_error(
    probability: Floats, present: NDArray[np.bool_], *, bins: int = 10
) -> float:
    """Mean gap between stated and observed frequency over bins of equal size.

    Args:
        probability: P(frame), shape (n,).
        present: Whether the frame is there, shape (n,).
        bins: Number of bins of about n / bins sentences each.

    Returns:
        The error, 0 to 1 (Naeini et al. 2015, with equal-mass bins as in Nguyen & O'Connor 2015).
    """
    order = np.lexsort((present, probability))
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [abs(probability[p].mean() - present[p].mean()) * len(p) for p in parts]
    return float(sum(gaps) / len(probability))


def reliability(
    probability: Floats, present: NDArray[np.bool_], *, bins: int = 10
) -> list[dict[str, float]]:
    """What a reliability diagram draws (Murphy & Winkler 1977): stated and observed frequency.

    Args:
        probability: P(frame), shape (n,).
        present: Whether the frame is there, shape (n,).
        bins: Number of bins of equal width between 0 and 1; empty ones are left out.

    Returns:
        For each bin ``stated`` (mean probability), ``observed`` (share with the frame) and
        ``sentences``.
    """
    at = np.minimum((probability * bins).astype(np.int64), bins - 1)
    return [
        {
            "stated": float(probability[at == k].mean()),
            "observed": float(present[at == k].mean()),
            "sentences": int((at == k).sum()),
        }
        for k in np.unique(at)
    ]


def brier_score(probability: Floats, present: NDArray[np.bool_]) -> float:
    """Mean squared distance between P(frame) and the truth; Brier (1950) sums it over both classes.

    His score is therefore twice this one.
    """
    return float(np.mean((probability - present) ** 2))
