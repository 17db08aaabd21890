"""Where a frame counts as present: thresholds chosen on held-out predictions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from framescope.models.resampling import document_codes, document_weights

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]

UNLEARNT = 0.5
_DRAWS = 200
_SEED = 13


def best_f1_threshold(probability: Floats, present: Bools, weights: Floats) -> float:
    """The threshold with the highest F1 of the positive class.

    Args:
        probability: P(frame) of held-out sentences in falling order, shape (n,).
        present: Whether the frame is there, shape (n,).
        weights: How often each sentence counts, shape (n,).

    Returns:
        A threshold halfway between two neighbouring probabilities, so that a decision does not
        hang on rounding; NaN where no sentence that counts has the frame.
    """
    hits = np.cumsum(weights * present)
    if hits[-1] == 0:
        return float("nan")
    f1 = 2 * hits / np.maximum(np.cumsum(weights) + hits[-1], 1)
    lower = np.append(probability[1:], 0.0)
    # Only between different probabilities can a line be drawn.
    f1[:-1][probability[:-1] == lower[:-1]] = -1
    cut = int(np.argmax(f1))
    return float((probability[cut] + lower[cut]) / 2)


def share_weights(framed: Bools, share: float | None) -> Floats:
    """Weights of n sentences under which a share of them has a frame, shape (n,).

    Args:
        framed: Whether a sentence has any frame, shape (n,).
        share: The share wished for, 0 to 1; None leaves all weights at 1.
    """
    there = float(np.mean(framed))
    if share is None or there in (0.0, 1.0):
        return np.ones(len(framed))
    return np.where(framed, share / there, (1 - share) / (1 - there))


def steady_threshold(
    probability: Floats, present: Bools, groups: Sequence[str], weights: Floats | float = 1.0
) -> float:
    """The mean of the best thresholds over resampled documents (bagging, Breiman 1996).

    The curve of F1 is flat at its top, and where on it the maximum falls is chance, most of all
    for rare frames; the mean over resamples hangs less on single sentences.

    Args:
        probability: P(frame) of held-out sentences, shape (n,).
        present: Whether the frame is there, shape (n,).
        groups: The document of each sentence; whole documents are drawn.
        weights: How much each sentence counts, shape (n,).

    Returns:
        The threshold; 0.5 where no sentence has the frame.
    """
    if not present.any():
        return UNLEARNT
    order = np.argsort(-probability, kind="stable")
    ranked, truth = probability[order].astype(np.float64), present[order]
    codes = document_codes(groups)[order]
    draws = document_weights(int(codes.max()) + 1, draws=_DRAWS, seed=_SEED)
    counts = np.broadcast_to(weights, order.shape)[order]
    found = [best_f1_threshold(ranked, truth, draw[codes] * counts) for draw in draws]
    # A draw may miss every document with the frame, but hardly all draws do.
    return UNLEARNT if np.isnan(found).all() else float(np.nanmean(found))


def fit_thresholds(
    probability: Floats,
    present: Bools,
    groups: Sequence[str],
    *,
    framed_share: float | None = None,
) -> NDArray[np.float64]:
    """One threshold a frame from P(frame) and truth, both of shape (n, F).

    With ``framed_share``, for texts in which that share of the sentences has a frame (decision 20).
    """
    weights = share_weights(np.asarray(present.any(axis=1)), framed_share)
    columns = zip(probability.T, present.T, strict=True)
    return np.array([steady_threshold(p, there, groups, weights) for p, there in columns])
