"""Confidence limits of shares, and of sums and differences of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, norm

Floats = NDArray[np.float64]

#: Standard normal quantile of a two-sided 95 % interval.
Z = float(norm.ppf(0.975))
#: A census has no sampling error; a finite number of trials keeps the beta quantiles defined.
_MOST_TRIALS = 1e9


def jeffreys(share: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Equal-tailed Jeffreys limits of binomial shares (Brown, Cai & DasGupta 2001).

    Args:
        share: Observed shares, any shape.
        trials: Their trials, above 0; effective numbers need not be whole.
    """
    n = np.minimum(trials, _MOST_TRIALS)
    hits, misses = share * n, (1 - share) * n
    low = np.where(share <= 0, 0.0, beta.ppf(0.025, hits + 0.5, misses + 0.5))
    high = np.where(share >= 1, 1.0, beta.ppf(0.975, hits + 0.5, misses + 0.5))
    # With few trials the quantiles of a lopsided share can fall on its wrong side.
    return np.minimum(low, share), np.maximum(high, share)


def sum_margins(parts: Floats, low: Floats, high: Floats) -> tuple[float, float]:
    """How far the limits of a sum lie below and above it (MOVER).

    The method of variance estimates recovery (Zou & Donner 2008; for sums of more than two Zou,
    Huang & Zhang 2009) takes the variance of each independent part near its lower and its upper
    limit from its own interval, so that skewed parts give a skewed interval.

    Args:
        parts: Independent estimates, shape (k,).
        low: Their lower limits, shape (k,).
        high: Their upper limits, shape (k,).
    """
    return float(np.sqrt(((parts - low) ** 2).sum())), float(np.sqrt(((high - parts) ** 2).sum()))
