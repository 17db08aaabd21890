"""Whether the monthly use of a frame changed at some time, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from framescope.inference.comparison.counts import Cell, GroupCounts
from framescope.inference.comparison.events import adjust

_DRAWS = 1999
_LEVEL = 0.05
#: Months with articles, and sentences with the frame, below which nothing is tested.
LEAST_MONTHS = 12
LEAST_HITS = 20
#: Months on each side of a change: one month is an episode.
_SEGMENT = 3
#: 95 % point c of the likelihood ratio of the date of a break, (1 - exp(-c / 2))² = 0.95: the
#: largest of a two-sided Brownian motion with drift (Eo & Morley 2015, Quantitative Economics 6).
_TIMING = 7.35

Verdict = Literal["change", "no evidence", "too little data"]


@dataclass(frozen=True, slots=True)
class Change:
    """What the months of one outlet say of a change in a frame's share of sentences.

    Attributes:
        outlet: The outlet.
        frame: The frame.
        months: Months with scored sentences.
        verdict: ``change`` where the adjusted p-value is at most 0.05.
        month: The first month after the likeliest change; None but for a change, as all below.
        earliest: First month of the 95 % confidence set of that month.
        latest: Last month of it.
        before: Share of sentences before.
        after: Share of sentences from that month on.
        p: P-value of no change; None where the data are too few for a test.
        p_adjusted: The same, Benjamini-Hochberg over all outlets and frames.
    """

    outlet: str
    frame: str
    months: int
    verdict: Verdict
    month: str | None = None
    earliest: str | None = None
    latest: str | None = None
    before: float | None = None
    after: float | None = None
    p: float | None = None
    p_adjusted: float | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """The likeliest break of a series: its place, the range of its confidence set, and p."""

    at: int
    first: int
    last: int
    p: float


def find_changes(months: Sequence[GroupCounts], cells: Sequence[Cell]) -> list[Change]:
    """One change at most in each outlet and frame.

    Args:
        months: Counts by outlet and month, in this order.
        cells: What was counted; stances are passed over.
    """
    found = [
        change
        for outlet, groups in groupby(months, key=lambda group: group.outlet)
        for change in _changes(outlet, list(groups), cells)
    ]
    adjusted = iter(adjust([c.p for c in found if c.p is not None]))
    return [c if c.p is None else _judged(c, next(adjusted)) for c in found]


def _changes(outlet: str, months: list[GroupCounts], cells: Sequence[Cell]) -> Iterator[Change]:
    sentences = np.array([g.articles @ g.sentences for g in months])
    hits = np.array([g.articles @ g.hits for g in months])
    names = [str(group.month) for group in months]
    for i, cell in enumerate(cells):
        if cell.stance is None:
            yield _change(Change(outlet, cell.frame, len(names), "too little data"), names,
                          sentences, hits[:, i])  # fmt: skip


def _change(
    none: Change, names: Sequence[str], sentences: NDArray[np.int64], hits: NDArray[np.int64]
) -> Change:
    if len(names) < LEAST_MONTHS or hits.sum() < LEAST_HITS:
        return none
    found = find_break(sentences, hits)
    old, new = slice(None, found.at), slice(found.at, None)
    return replace(
        none,
        verdict="no evidence",
        month=names[found.at],
        earliest=names[found.first],
        latest=names[found.last],
        before=float(hits[old].sum() / sentences[old].sum()),
        after=float(hits[new].sum() / sentences[new].sum()),
        p=found.p,
    )


def _judged(change: Change, p_adjusted: float) -> Change:
    if p_adjusted <= _LEVEL:
        return replace(change, verdict="change", p_adjusted=p_adjusted)
    none = Change(change.outlet, change.frame, change.months, change.verdict)
    return replace(none, p=change.p, p_adjusted=p_adjusted)


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

    Bayley & Hammersley (1946) for a first-order autoregression; r, at least 0, with the bias of a
    short series, (1 + 4 r) / T, made good (Kendall 1954, Biometrika 41).
    """
    squares = float(residuals @ residuals)
    r = float(residuals[1:] @ residuals[:-1]) / squares if squares else 0.0
    r = min(max(0.0, r + (1 + 4 * r) / len(residuals)), 0.9)
    return (1 + r) / (1 - r)
