"""A world in which the truth is known: articles, sentences, a classifier, a draw of gold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from framescope.inference.comparison.design import Decisions, Drawn

#: Standard deviation over articles of the log-odds that a sentence carries the frame.
ARTICLE_SPREAD = 1.5
#: Share of the variance of scores that the sentences of an article have in common.
SHARED_NOISE = 0.25
THRESHOLD = 0.4
ARTICLES = 600
#: Probabilities that part the strata of a stratified draw.
_CUTS = (0.02, THRESHOLD)


@dataclass(frozen=True, slots=True)
class Sentences:
    """N sentences: whether they carry the frame, the classifier's probability, their article."""

    truth: NDArray[np.bool_]
    probability: NDArray[np.float64]
    article: NDArray[np.int64]

    @property
    def decided(self) -> NDArray[np.bool_]:
        """What the classifier decides."""
        return self.probability > THRESHOLD

    def by_article(self) -> NDArray[np.int64]:
        """Sentences of each article that were decided to be without and with the frame."""
        cells = 2 * self.article + self.decided
        count = 2 * (int(self.article[-1]) + 1)
        return np.bincount(cells, minlength=count).reshape(-1, 2)

    def decisions(self) -> Decisions:
        """The counts by article, alike ones folded, as they are read from an archive."""
        rows, articles = np.unique(self.by_article(), axis=0, return_counts=True)
        return Decisions(articles, rows)


@lru_cache
def _intercept(prevalence: float) -> float:
    """Log-odds of an average article such that sentences carry the frame with ``prevalence``."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()

    def excess(b: float) -> float:
        return float((weights / (1 + np.exp(-(b + ARTICLE_SPREAD * nodes)))).sum()) - prevalence

    return float(brentq(excess, -20, 10))


def make_sentences(
    random: np.random.Generator,
    prevalence: float,
    separation: float,
    *,
    shift: float = 0.0,
    articles: int = ARTICLES,
    calibrated_at: float | None = None,
) -> Sentences:
    """Sentences of one outlet.

    Args:
        random: Where chance comes from.
        prevalence: Share of sentences with the frame, over all articles that could be.
        separation: Standard deviations between scores with and without the frame.
        shift: Added to all scores: an outlet on which the classifier errs in another way.
        articles: How many; each has 3 to 15 sentences.
        calibrated_at: Prevalence for which probabilities are calibrated; this one's if None.
    """
    article = np.repeat(np.arange(articles), random.integers(3, 16, articles))
    odds = _intercept(prevalence) + random.normal(0, ARTICLE_SPREAD, articles)[article]
    truth = random.random(len(article)) < 1 / (1 + np.exp(-odds))
    noise = random.normal(0, SHARED_NOISE**0.5, articles)[article]
    noise += random.normal(0, (1 - SHARED_NOISE) ** 0.5, len(article))
    score = noise + separation * truth + shift
    base = calibrated_at or prevalence
    log_odds = np.log(base / (1 - base)) + separation * score - separation**2 / 2
    return Sentences(truth, 1 / (1 + np.exp(-log_odds)), article)


def draw_gold(
    random: np.random.Generator, sentences: Sentences, count: int, *, stratified: bool
) -> Drawn:
    """Gold from a draw: simple random, or stratified by score.

    Strata get gold in proportion to the spread that their probabilities promise (Neyman 1934), and
    a few sentences at least.
    """
    cuts = _CUTS if stratified else ()
    stratum = np.digitize(sentences.probability, cuts)
    sizes = np.bincount(stratum, minlength=len(cuts) + 1)
    p = sentences.probability
    spread = np.bincount(stratum, (p * (1 - p)) ** 0.5 + 0.05, minlength=len(sizes))
    wanted = np.maximum(np.round(count * spread / spread.sum()), 5).astype(int)
    counts = np.minimum(sizes, wanted)
    drawn = [
        random.choice(np.flatnonzero(stratum == h), n, replace=False) for h, n in enumerate(counts)
    ]
    at = np.concatenate(drawn)
    chance = (counts / np.maximum(sizes, 1))[stratum[at]]
    around = sentences.by_article()[sentences.article[at]]
    decided = sentences.decided[at].astype(np.int64)
    return Drawn(sentences.truth[at], decided, chance, stratum[at], sentences.article[at], around)
