"""The design: how many sentences each stratum gives, and how precise that will be."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from framescope.inference.sampling.population import Cells, Floats
from framescope.inference.sampling.strata import Strata

Counts = NDArray[np.int64]

#: Half the width of a 95 % interval, in standard errors.
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be estimated: the prevalence of F frames in O outlets, over H strata.

    Attributes:
        outlets: The outlets.
        sentences: Sentences of each outlet, shape (O,).
        in_stratum: Sentences of each stratum, shape (H,).
        share: Share of a stratum's sentences that are expected to be of the outlet and to have the
            frame, shape (H, O, F).
    """

    outlets: list[str]
    sentences: Floats
    in_stratum: Floats
    share: Floats

    @classmethod
    def of(cls, cells: Cells, expected: Floats, strata: Strata) -> Targets:
        """Targets by the expected share of each cell and frame, shape (C, F)."""
        outlets, of_cell = np.unique([key[0] for key in cells.keys], return_inverse=True)
        share = np.zeros((len(strata.keys), len(outlets), len(cells.frames)))
        np.add.at(share, (strata.of_cell, of_cell), cells.sentences[:, None] * expected)
        share /= strata.sentences[:, None, None]
        sentences = np.bincount(of_cell, cells.sentences).astype(np.float64)
        return cls(outlets.tolist(), sentences, strata.sentences, share)

    @property
    def prevalence(self) -> Floats:
        """Expected share of each outlet's sentences with each frame, shape (O, F)."""
        totals = np.einsum("h,hof->of", self.in_stratum, self.share)
        return np.asarray(totals / self.sentences[:, None])

    def half_widths(self, drawn: Counts) -> Floats:
        """Expected half-width of the 95 % interval of each prevalence, shape (O, F).

        The stratified expansion estimator without replacement (Cochran 1977, eq. 5.7); one that
        also uses the probabilities does about as well, as the strata hold what they tell.
        """
        each = _variance(self.share, drawn[:, None, None], self.in_stratum[:, None, None])
        total = np.einsum("h,hof->of", self.in_stratum**2, each)
        return np.asarray(_Z * np.sqrt(total) / self.sentences[:, None])


def _variance(share: Floats, drawn: Counts | Floats, size: Floats) -> Floats:
    """Variance of the mean of ``drawn`` of ``size`` sentences with an expected share.

    Half a hit and half a miss are added (Jeffreys' prior): a few sentences without a hit do not
    prove that there are none, and the interval that comes of them is wide.
    """
    seen = (drawn * share + 0.5) / (drawn + 1)
    left = (size - drawn) / np.maximum(size - 1, 1)
    return np.asarray(seen * (1 - seen) / drawn * np.maximum(left, 0))


def more_for(size: Floats, share: Floats, drawn: Floats, half_width: float) -> int:
    """Sentences still to draw from an outlet for a half-width of the prevalence of one frame.

    They are shared out over its C cells by Neyman's rule (Cochran 1977, eq. 5.25), above what is
    drawn already.

    Args:
        size: Sentences in each cell, shape (C,).
        share: Share of them that is expected to have the frame, shape (C,).
        drawn: Sentences drawn already, above 0, shape (C,).
        half_width: Of the 95 % interval, 0 to 1.
    """
    deviation = np.sqrt(share * (1 - share))
    goal = (half_width * size.sum() / _Z) ** 2

    def needed(scale: float) -> Floats:
        return np.clip(scale * size * deviation, drawn, size)

    def reached(n: Floats) -> bool:
        return bool((size**2 * _variance(share, n, size)).sum() <= goal)

    low, high = 0.0, float((1 / deviation).max())
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(needed(middle)) else (middle, high)
    return int(np.ceil((needed(high) - drawn).sum() - 1e-6))


def allocate(targets: Targets, number: int, least: Floats) -> Counts:
    """Share out the sentences to draw over the strata, shape (H,).

    The sum over outlets and frames of the prevalences' variances is made as small as it can be
    (Neyman 1934), each as a multiple of p(1-p), so that rare frames count as much as frequent ones,
    and weighted by the outlet's size, so that small outlets count more than their share but less
    than as much as large ones (power allocation, Bankier 1988). Whole numbers by the priority
    values of Wright (2012), which are exact between the bounds and grow with ``number`` alone.

    Args:
        targets: What is estimated.
        number: Sentences to draw; no more than there are are drawn.
        least: Sentences to draw from each stratum at least, shape (H,).
    """
    p = targets.prevalence
    weight = 1 / (p * (1 - p) * targets.sentences[:, None])
    variance = targets.share * (1 - targets.share)
    pull = targets.in_stratum * np.sqrt(np.einsum("of,hof->h", weight, variance))
    drawn = least.astype(np.int64)
    heap = [(-v / sqrt(n * (n + 1)), h) for h, (v, n) in enumerate(zip(pull, drawn, strict=True))]
    heapq.heapify(heap)
    rest = min(number, int(targets.in_stratum.sum())) - int(drawn.sum())
    while rest > 0:
        _, h = heapq.heappop(heap)
        if drawn[h] >= targets.in_stratum[h]:
            continue
        drawn[h] += 1
        rest -= 1
        heapq.heappush(heap, (-pull[h] / sqrt(drawn[h] * (drawn[h] + 1)), h))
    return drawn
