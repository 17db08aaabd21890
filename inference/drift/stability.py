"""The population stability index: how far a distribution of scores has moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from framescope.inference.comparison.prevalence import Estimate

_BINS = 10
#: Added to each bin, so that an empty one is not infinitely far.
_SMOOTH = 0.5


def stability_index(
    scores: NDArray[np.float64],
    articles: NDArray[np.int64],
    weights: NDArray[np.integer],
    reference: NDArray[np.float64],
) -> Estimate | None:
    """PSI of scores against a reference, in its deciles (Siddiqi 2006), with 95 % interval.

    Below 0.1 nothing has moved, above 0.25 much has. Small groups have a higher index by chance.

    Args:
        scores: Shape (n,); NaN is left out.
        articles: Number of each one's article, shape (n,).
        weights: How often each article is drawn, shape (draws, articles).
        reference: Scores before, any number.
    """
    known, before = ~np.isnan(scores), reference[~np.isnan(reference)]
    if not known.any() or not len(before):
        return None
    edges = np.unique(np.quantile(before, np.linspace(0, 1, _BINS + 1)[1:-1]))
    bins = len(edges) + 1
    expected = _shares(np.bincount(np.searchsorted(edges, before), minlength=bins)[None])
    counts = np.zeros((weights.shape[1], bins))
    np.add.at(counts, (articles[known], np.searchsorted(edges, scores[known])), 1)
    found = _shares(np.concatenate([counts.sum(axis=0)[None], weights @ counts]))
    index = ((found - expected) * np.log(found / expected)).sum(axis=1)
    low, high = np.quantile(index[1:], (0.025, 0.975))
    return Estimate(float(index[0]), float(low), float(high))


def _shares(counts: NDArray[np.number]) -> NDArray[np.float64]:
    smooth = counts + _SMOOTH
    return np.asarray(smooth / smooth.sum(axis=1, keepdims=True), dtype=np.float64)
