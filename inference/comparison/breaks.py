"""One break in a series of monthly shares: where, how sure, and whether at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_DRAWS = 1999
#: Months on each side of a change: one month is an episode.
_SEGMENT = 3
#: 95 % point c of the likelihood ratio of the date of a break, (1 - exp(-c / 2))² = 0.95: the
#: largest of a two-sided Brownian motion with drift (Eo & Morley 2015, Quantitative Economics 6).
_TIMING = 7.35


@dataclass(frozen=True, slots=True)
class Break:
    """The likeliest break of a series: its place, the range of its confidence set, and p."""

    at: int
    first: int
    last: int
    p: float


def find_break(sentences: NDArray[np.int64], hits: NDArray[np.int64], *, seed: int = 0) -> Break:
    """The likeliest place of one break in the shares of T months.

    The statistic is the largest weighted sum of squares between two segments, the likelihood
    ratio of one change in a mean (Hinkley 1970, Biometrika 57). Its p-value comes from months
    dealt in another order: it supposes no distribution, so that counts may scatter more than a
    binomial. Where neighbouring months hang together, the statistic is first divided by the
    factor by which that swells it; in short series this mends the most, not all. A drift is told
    as a change.

    Args:
        sentences: Of each month, shape (T,).
        hits: Those with the frame, shape (T,).
        seed: Of the orders.
    """
    months = len(sentences)
    orders = _orders(months, seed)
    between = _between(sentences[orders], hits[orders])
    largest = between.max(axis=1)
    profile = between[0]
    at = int(profile.argmax()) + _SEGMENT
    residuals = _residuals(sentences, hits, at)
    swelling = _swelling(residuals)
    p = (1 + (largest[1:] >= largest[0] / swelling * (1 - 1e-12)).sum()) / (_DRAWS + 1)
    spread = swelling * float(residuals @ residuals) / (months - 2)
    near = np.flatnonzero(largest[0] - profile <= _TIMING * spread) + _SEGMENT
    return Break(at, int(near[0]), int(near[-1]), float(p))


@lru_cache(maxsize=64)
def _orders(months: int, seed: int) -> NDArray[np.int64]:
    """The order in time, then others, shape (orders, T)."""
    orders = np.tile(np.arange(months), (_DRAWS + 1, 1))
    orders[1:] = np.random.default_rng(seed).permuted(orders[1:], axis=1)
    return orders


def _between(sentences: NDArray[np.int64], hits: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum of squares between the segments for each place of a break, shape (orders, places)."""
    inner = slice(_SEGMENT - 1, -_SEGMENT)
    n, x = sentences.cumsum(axis=1), hits.cumsum(axis=1)
    left, total = n[:, inner], n[:, -1:]
    gap = x[:, inner] / left - (x[:, -1:] - x[:, inner]) / (total - left)
    return np.asarray(gap**2 * left * (total - left) / total)


def _residuals(
    sentences: NDArray[np.int64], hits: NDArray[np.int64], at: int
) -> NDArray[np.float64]:
    """Shares less those of their segments, of one variance if a month's is as 1 / sentences."""
    parts = []
    for segment in (slice(None, at), slice(at, None)):
        n, x = sentences[segment], hits[segment]
        parts.append(np.sqrt(n) * (x / n - x.sum() / n.sum()))
    return np.concatenate(parts)


def _swelling(residuals: NDArray[np.float64]) -> float:
    """By how much autocorrelation swells the variance of a mean: (1 + r) / (1 - r).

    Bayley & Hammersley (1946), in a long series with a first-order autoregression. r, at least 0,
    has the bias of a short series made good (Marriott & Pope 1954 and Kendall 1954, Biometrika 41):
    (1 + 3 r) / T about one mean, and r / T more as r has all T squares below its T - 1 products.
    That the residuals are about two means is left out of it.
    """
    squares = float(residuals @ residuals)
    r = float(residuals[1:] @ residuals[:-1]) / squares if squares else 0.0
    r = min(max(0.0, r + (1 + 4 * r) / len(residuals)), 0.9)
    return (1 + r) / (1 - r)
