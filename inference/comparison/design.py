"""Prevalence from decisions on all sentences and gold on a probability sample of them.

The estimator is the difference estimator of survey sampling (Särndal, Swensson & Wretman 1992,
ch. 6), which is AIPW (Robins, Rotnitzky & Zhao 1994), and the mean of the pseudo-outcomes ``f_i +
R_i / pi_i (y_i - f_i)`` of design-based supervised learning (Egami, Hinck, Stewart & Wei 2023).
The proxy ``f`` is the mean of gold among sentences with the same decision (post-stratification,
Särndal et al. 7.6). For a yes-or-no decision and a simple random draw that is the power-tuned
estimator of PPI++ (Angelopoulos, Duchi & Zrnic 2023): its optimal lambda is the regression
coefficient of gold on decision, times 1 - n / N where the N sentences hold the n of the gold.

The archive is known in full and the draw is random by design: nothing is assumed of the classifier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.inference.comparison.intervals import Floats, Z, jeffreys, sum_margins

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided on all scored sentences of a group, by article, alike ones in one row.

    Attributes:
        articles: How many articles each of the P rows stands for, shape (P,).
        sentences: Sentences of each article by decision, shape (P, decisions).
    """

    articles: Ints
    sentences: Ints


@dataclass(frozen=True, slots=True)
class Drawn:
    """The n gold sentences that were drawn from a group.

    Attributes:
        truth: Whether gold puts the sentence into the cell, shape (n,).
        decision: Which decision it got, a column of ``Decisions.sentences``, shape (n,).
        chance: Its inclusion probability, shape (n,).
        stratum: Its stratum of the draw, as a number, shape (n,).
        article: Its article, as a number, shape (n,).
        around: Sentences of its article by decision, itself among them, shape (n, decisions).
    """

    truth: NDArray[np.bool_]
    decision: Ints
    chance: Floats
    stratum: Ints
    article: Ints
    around: Ints


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with 95 % limits."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Cells:
    """Gold of like weight that got one decision: its shares within K such cells."""

    size: Floats
    share: Floats
    trials: Floats


def correct_by_design(decisions: Decisions, drawn: Drawn) -> tuple[Interval, Interval]:
    """The corrected share of one cell in one group, with two intervals.

    Returns:
        For the archive: only the draw is random, with finite population correction; a census has
        no width. For articles such as these: the archive is itself a sample of articles.
    """
    totals = (decisions.articles @ decisions.sentences).astype(float)
    kept = _with_gold(drawn.decision, len(totals))
    decision, sentences = kept[drawn.decision], _merged(decisions.sentences, kept)
    merged, whole = _merged(totals[None, :], kept)[0], float(totals.sum())
    weight = _calibrated(decision, drawn.chance, merged)
    fitted = _fitted(decision, weight, drawn.truth, len(totals))
    # Not the sum over weighted gold, which is the same but for rounding: where all gold is in the
    # cell this is 1 and not nearly 1, whatever the order of the rows.
    share = float(merged @ fitted / whole)
    archive = _archive_interval(share, drawn, decision, weight, fitted, whole)
    archive = _with_unseen(archive, totals, kept, fitted)
    spread = _article_variance(decisions.articles, sentences, fitted, share)
    residual = weight * (drawn.truth - fitted[decision])
    expected = _merged(drawn.around, kept) @ fitted - share * drawn.around.sum(axis=1)
    spread += max(0.0, _shared_in_articles(drawn.article, residual, expected)) / whole**2
    return archive, _over_articles(archive, spread, decisions)


def _with_gold(decision: Ints, count: int) -> Ints:
    """For each decision, the nearest one that has gold: itself, as a rule."""
    present = np.unique(decision)
    return np.asarray(present[np.abs(present[:, None] - np.arange(count)).argmin(axis=0)])


def _merged(sentences: Floats | Ints, kept: Ints) -> Floats:
    merged = np.zeros(sentences.shape)
    for column, into in enumerate(kept):
        merged[:, into] += sentences[:, column]
    return merged


def _calibrated(decision: Ints, chance: Floats, totals: Floats) -> Floats:
    """Design weights, scaled so that gold of each decision stands for all of its sentences."""
    drawn = np.bincount(decision, 1 / chance, minlength=len(totals))
    return np.asarray(totals[decision] / (chance * drawn[decision]))


def _fitted(decision: Ints, weight: Floats, truth: NDArray[np.bool_], count: int) -> Floats:
    """The proxy: weighted mean of gold for each decision, shape (decisions,)."""
    total = np.bincount(decision, weight, minlength=count)
    return np.bincount(decision, weight * truth, minlength=count) / np.where(total > 0, total, 1)


def _cells(drawn: Drawn, decision: Ints, weight: Floats) -> tuple[_Cells, Ints]:
    """The cells, and the cell of each gold sentence.

    Strata whose weights differ by less than a factor of two are one: limits of many thin cells add
    up to an interval that is too long.
    """
    keys = np.stack([np.floor(np.log2(drawn.chance)), decision], axis=1)
    _, at = np.unique(keys, axis=0, return_inverse=True)
    at = at.reshape(-1)
    size = np.asarray(np.bincount(at, weight), dtype=np.float64)
    # Kish (1965): unequal weights within a cell leave fewer effective trials.
    trials = size**2 / np.bincount(at, weight**2)
    missing = 1 - np.bincount(at, weight * drawn.chance) / size
    share = np.bincount(at, weight * drawn.truth) / size
    return _Cells(size, np.clip(share, 0, 1), trials / np.maximum(missing, 1e-9)), at


def _archive_interval(
    share: float, drawn: Drawn, decision: Ints, weight: Floats, fitted: Floats, whole: float
) -> Interval:
    """MOVER over cells with Jeffreys limits, since normal limits fail where errors are rare.

    The sizes of cells are not known where weights differ within a decision: the linearised variance
    of their residuals (Särndal et al. 1992, ch. 7) is added to both sides.
    """
    cells, at = _cells(drawn, decision, weight)
    low, high = (limit * cells.size for limit in jeffreys(cells.share, cells.trials))
    below, above = sum_margins(cells.share * cells.size, low, high)
    offset = weight * (cells.share[at] - fitted[decision])
    extra = Z**2 * _stratified_variance(offset, drawn.stratum, drawn.chance)
    below, above = (float(np.sqrt(m**2 + extra)) / whole for m in (below, above))
    return Interval(share, max(0.0, share - below), min(1.0, share + above))


def _with_unseen(archive: Interval, totals: Floats, kept: Ints, fitted: Floats) -> Interval:
    """Widen the limits by decisions without gold: all of their sentences may be hits, or none.

    The estimate takes them to be like those of the nearest decision, which gold cannot tell.
    """
    unseen = np.where(kept == np.arange(len(totals)), 0.0, totals) / totals.sum()
    taken, share = fitted[kept], archive.share
    below = float(np.sqrt((share - archive.low) ** 2 + ((unseen * taken) ** 2).sum()))
    above = float(np.sqrt((archive.high - share) ** 2 + ((unseen * (1 - taken)) ** 2).sum()))
    return Interval(share, max(0.0, share - below), min(1.0, share + above))


def _stratified_variance(values: Floats, stratum: Ints, chance: Floats) -> float:
    """Variance of a sum over a stratified draw without replacement (ibid., sec. 3.7)."""
    n = np.bincount(stratum)[stratum]
    centred = values - np.bincount(stratum, values)[stratum] / n
    return float(((1 - chance) * n / np.maximum(n - 1, 1) * centred**2).sum())


def _article_variance(articles: Ints, sentences: Floats, fitted: Floats, share: float) -> float:
    """Variance of the archive's own share over articles, as far as the decisions tell it.

    The linearised variance of a ratio (ibid., sec. 5.6) of totals of articles, whose sentences are
    in the cell with the probabilities ``fitted``, independently of each other within an article.
    """
    between = (sentences @ fitted - share * sentences.sum(axis=1)) ** 2
    within = sentences @ (fitted * (1 - fitted))
    count = articles.sum()
    scale = count / max(count - 1, 1) / float((articles @ sentences).sum()) ** 2
    return float(articles @ (between + within) * scale)


def _shared_in_articles(article: Ints, residual: Floats, expected: Floats) -> float:
    """What sentences of one article have in common besides their decisions.

    With the sums over ``expected`` they are the cross terms of the cluster-robust variance of the
    mean of the pseudo-outcomes.

    Args:
        article: Article of each gold sentence, shape (n,).
        residual: Gold minus proxy, weighted, shape (n,).
        expected: Hits of its article by the proxy beyond the group's share, shape (n,).
    """
    pairs = (np.bincount(article, residual) ** 2).sum() - (residual**2).sum()
    return float(pairs + 2 * residual @ expected)


def _over_articles(archive: Interval, spread: float, decisions: Decisions) -> Interval:
    """Add the variance over articles to both margins, with limits of that many articles."""
    size = decisions.sentences.sum(axis=1)
    kish = float((decisions.articles @ size) ** 2 / (decisions.articles @ size**2))
    share = archive.share
    trials = share * (1 - share) / spread if spread > 0 else kish
    low, high = (float(v) for v in jeffreys(np.array(share), np.array(trials)))
    below = float(np.hypot(share - archive.low, share - low))
    above = float(np.hypot(archive.high - share, high - share))
    return Interval(share, max(0.0, share - below), min(1.0, share + above))
