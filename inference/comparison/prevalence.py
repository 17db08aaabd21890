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
        articles: Articles in the group.
        sentences: Sentences in the group.
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
    hits, sentences = weights @ group.hits, weights @ group.sentences
    total, whole = group.articles @ group.hits, int(group.articles @ group.sentences)
    frame_at = {cell.frame: i for i, cell in enumerate(cells) if cell.stance is None}

    def prevalence(i: int, cell: Cell) -> Prevalence:
        base = frame_at[cell.frame]
        share = _estimate(int(total[i]), whole, hits[:, i], sentences, articles)
        of_frame = None
        if cell.stance is not None and total[base]:
            with_frame = int(group.articles[group.hits[:, base] > 0].sum())
            of_frame = _estimate(
                int(total[i]), int(total[base]), hits[:, i], hits[:, base], with_frame
            )
        return Prevalence(
            group.outlet, group.month, cell.frame, cell.stance, articles, whole, int(total[i]),
            share, of_frame,
        )  # fmt: skip

    return [prevalence(i, cell) for i, cell in enumerate(cells)]


def _estimate(
    count: int,
    whole: int,
    counts: NDArray[np.int64],
    wholes: NDArray[np.int64],
    articles: int,
) -> Estimate:
    """Ratio with percentile interval (Efron 1979), exact where a bootstrap cannot tell.

    A bootstrap never draws what the sample lacks: from few articles, or where none or all of the
    sentences are in the cell, its interval would be too short. There the exact binomial interval
    is given that holds if every article were wholly in or out of the cell, the worst case.
    """
    share = count / whole
    drawn = wholes > 0
    if articles < _FEW_ARTICLES or not drawn.any():
        return Estimate(share, *_exact(share, articles))
    low, high = np.quantile(counts[drawn] / wholes[drawn], _LEVELS)
    if count in (0, whole):
        low, high = _exact(share, articles)
    return Estimate(share, float(low), float(high))


def _exact(share: float, articles: int) -> tuple[float, float]:
    """Clopper & Pearson (1934) limits for ``share`` of ``articles`` trials."""
    hits = share * articles
    low = float(beta.ppf(_LEVELS[0], hits, articles - hits + 1)) if hits > 0 else 0.0
    high = float(beta.ppf(_LEVELS[1], hits + 1, articles - hits)) if hits < articles else 1.0
    return low, high
