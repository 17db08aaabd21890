"""Prevalence of frames and stances, with 95 % intervals by bootstrap over articles.

These are naive counts: shares of what the classifier decided, its own errors not corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from framescope.inference.comparison.counts import Cell, GroupCounts

_DRAWS = 2000
_LEVELS = (0.025, 0.975)
#: With fewer articles a bootstrap interval is too short.
_FEW_ARTICLES = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its 95 % interval, all between 0 and 1."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Prevalence:
    """How often one cell occurs in one group.

    Attributes:
        outlet: The outlet.
        month: First day of the month, or None for all.
        frame: The frame.
        stance: The stance, or None for any.
        articles: Articles in the group with a scored sentence.
        sentences: Scored sentences in the group.
        count: Sentences in the cell.
        of_sentences: Share of the group's sentences that are in the cell.
        of_frame: Share of the frame's sentences with this stance; None without a stance, or
            where no sentence has the frame.
    """

    outlet: str
    month: str | None
    frame: str
    stance: str | None
    articles: int
    sentences: int
    count: int
    of_sentences: Estimate
    of_frame: Estimate | None


def estimate_group(group: GroupCounts, cells: Sequence[Cell], *, seed: int = 0) -> list[Prevalence]:
    """Prevalence of every cell in one group of articles."""
    articles = int(group.articles.sum())
    random = np.random.default_rng(seed)
    weights = random.multinomial(articles, group.articles / articles, size=_DRAWS)
    total, whole = group.articles @ group.hits, int(group.articles @ group.sentences)
    frame_at = {cell.frame: i for i, cell in enumerate(cells) if cell.stance is None}

    def prevalence(i: int, cell: Cell) -> Prevalence:
        base = frame_at[cell.frame]
        share = _estimate(group.articles, group.hits[:, i], group.sentences, weights)
        of_frame = None
        if cell.stance is not None and total[base]:
            of_frame = _estimate(group.articles, group.hits[:, i], group.hits[:, base], weights)
        return Prevalence(
            group.outlet, group.month, cell.frame, cell.stance, articles, whole, int(total[i]),
            share, of_frame,
        )  # fmt: skip

    return [prevalence(i, cell) for i, cell in enumerate(cells)]


def _estimate(
    articles: NDArray[np.int64],
    part: NDArray[np.int64],
    whole: NDArray[np.int64],
    weights: NDArray[np.int64],
) -> Estimate:
    """Ratio of sentences with its interval.

    A bootstrap never draws what the sample lacks: where few articles have a hit, or few have
    anything else, its percentile interval (Efron & Tibshirani 1993, ch. 13) is too short. There an
    exact binomial interval over articles is given, with the effective number of articles (Kish
    1965: squared sum over sum of squares of their sentences), as if each article were wholly in or
    out of the cell.

    Args:
        articles: How many articles each of the P rows stands for, shape (P,).
        part: Sentences of each in the cell, shape (P,).
        whole: Sentences of each, shape (P,).
        weights: How often each row is drawn, shape (draws, P).
    """
    share = float(articles @ part / (articles @ whole))
    with_hit = int(articles[part > 0].sum())
    with_other = int(articles[whole > part].sum())
    wholes = weights @ whole
    drawn = wholes > 0
    if min(with_hit, with_other) < _FEW_ARTICLES or not drawn.any():
        effective = float((articles @ whole) ** 2 / (articles @ whole**2))
        return Estimate(share, *_exact(share, effective))
    low, high = np.quantile((weights @ part)[drawn] / wholes[drawn], _LEVELS)
    return Estimate(share, float(low), float(high))


def _exact(share: float, trials: float) -> tuple[float, float]:
    """Clopper & Pearson (1934) limits for ``share`` of ``trials``."""
    hits = share * trials
    low = float(beta.ppf(_LEVELS[0], hits, trials - hits + 1)) if hits > 0 else 0.0
    high = float(beta.ppf(_LEVELS[1], hits + 1, trials - hits)) if hits < trials else 1.0
    return low, high
