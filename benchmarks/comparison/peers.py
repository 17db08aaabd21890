"""The other ways to an interval that the study holds Framescope's against."""

from __future__ import annotations

import numpy as np

from benchmarks.comparison.world import Sentences
from framescope.inference.comparison.counts import Cell, GroupCounts
from framescope.inference.comparison.design import Drawn, Interval
from framescope.inference.comparison.intervals import Z, jeffreys, sum_margins
from framescope.inference.comparison.prevalence import estimate_group


def naive(sentences: Sentences) -> Interval:
    """Counting decisions, as ``framescope compare`` shows it: bootstrap over articles."""
    folded = sentences.decisions()
    hits = folded.sentences[:, 1:]
    group = GroupCounts("", None, folded.articles, folded.sentences.sum(axis=1), hits)
    found = estimate_group(group, [Cell("frame")])[0].of_sentences
    return Interval(found.share, found.low, found.high)


def gold_only(gold: Drawn, total: int) -> Interval:
    """Gold without the classifier: Jeffreys limits by stratum, joined by MOVER, for the archive."""
    sizes = np.bincount(gold.stratum, 1 / gold.chance)
    counts = np.bincount(gold.stratum, minlength=len(sizes))
    kept = counts > 0
    sizes, counts = sizes[kept], counts[kept]
    share = np.bincount(gold.stratum, gold.truth)[kept] / counts
    trials = counts / np.maximum(1 - counts / sizes, 1e-9)
    low, high = (limit * sizes / total for limit in jeffreys(share, trials))
    parts = share * sizes / total
    below, above = sum_margins(parts, low, high)
    whole = float(parts.sum())
    return Interval(whole, whole - below, whole + above)


def ppi(sentences: Sentences, gold: Drawn, *, tuned: bool) -> Interval:
    """Prediction-powered inference with a normal interval, for a simple random draw.

    Angelopoulos et al. 2023, for a mean; with ``tuned`` the lambda of PPI++ (Angelopoulos, Duchi &
    Zrnic 2023).
    """
    f, proxy, y = sentences.decided.astype(float), gold.decision.astype(float), gold.truth * 1.0
    n, total = len(y), len(f)
    factor = 1.0
    if tuned:
        spread = float(f.var()) * (1 + n / total)
        factor = float(np.cov(y, proxy)[0, 1]) / spread if spread > 0 else 0.0
    residual = y - factor * proxy
    share = factor * float(f.mean()) + float(residual.mean())
    margin = Z * float(np.sqrt(residual.var(ddof=1) / n + factor**2 * f.var() / total))
    return Interval(share, share - margin, share + margin)
