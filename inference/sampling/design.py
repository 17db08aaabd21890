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
        size: Sentences of each outlet in each stratum, shape (H, O).
        share: Share of these that are expected to have each frame, shape (H, O, F).
    """

    outlets: list[str]
    size: Floats
    share: Floats

    @classmethod
    def of(cls, cells: Cells, expected: Floats, strata: Strata) -> Targets:
        """Targets by the expected share of each cell and frame, shape (C, F)."""
        outlets, of_cell = np.unique([key[0] for key in cells.keys], return_inverse=True)
        size = np.zeros((len(strata.keys), len(outlets)))
        hits = np.zeros((*size.shape, len(cells.frames)))
        np.add.at(size, (strata.of_cell, of_cell), cells.sentences)
        np.add.at(hits, (strata.of_cell, of_cell), cells.sentences[:, None] * expected)
        return cls(outlets.tolist(), size, hits / np.maximum(size, 1)[:, :, None])

    @property
    def prevalence(self) -> Floats:
        """Expected share of each outlet's sentences with each frame, shape (O, F)."""
        total = np.einsum("ho,hof->of", self.size, self.share)
        return np.asarray(total / self.size.sum(axis=0)[:, None])


def allocate(targets: Targets, number: int, least: Floats) -> Counts:
    """Share out the sentences to draw over the strata, shape (H,).

    The sum over outlets and frames of the prevalences' variances is made as small as it can be
    (Neyman 1934), each as a multiple of p(1-p), so that rare frames count as much as frequent ones,
    and weighted by the outlet's size, so that small outlets count more than their share but less
    than as much as large ones (power allocation, Bankier 1988). Whole numbers by the priority
    values of Wright (2012), which are exact between the bounds; each grows with ``number``.

    Args:
        targets: What is estimated.
        number: Sentences to draw; if there are fewer, all of them.
        least: Sentences to draw from each stratum at least, shape (H,).
    """
    p, in_stratum = targets.prevalence, targets.size.sum(axis=1)
    weight = 1 / (p * (1 - p) * targets.size.sum(axis=0)[:, None])
    deviation = targets.share * (1 - targets.share)
    pull = np.sqrt(in_stratum * np.einsum("of,ho,hof->h", weight, targets.size, deviation))
    drawn = least.astype(np.int64)
    heap = [(-v / sqrt(n * (n + 1)), h) for h, (v, n) in enumerate(zip(pull, drawn, strict=True))]
    heapq.heapify(heap)
    rest = min(number, int(in_stratum.sum())) - int(drawn.sum())
    while rest > 0:
        _, h = heapq.heappop(heap)
        if drawn[h] >= in_stratum[h]:
            continue
        drawn[h] += 1
        rest -= 1
        heapq.heappush(heap, (-pull[h] / sqrt(drawn[h] * (drawn[h] + 1)), h))
    return drawn


def half_width(size: Floats, share: Floats, drawn: Floats) -> float:
    """Expected half-width of the 95 % interval of a prevalence, at most 1.

    The stratified estimator of a proportion, drawn without replacement (Cochran 1977, ch. 5); one
    that also uses the probabilities does about as well, as the strata hold what they tell. Half a
    hit and half a miss are added (Jeffreys' prior), shared over the strata: a few sentences without
    a hit do not prove that there are none, and the interval that comes of them is wide.

    Args:
        size: Sentences of the outlet in each stratum, shape (H,).
        share: Share of them that is expected to have the frame, shape (H,).
        drawn: Sentences drawn of them, above 0, shape (H,).
    """
    added = 1 / len(size)
    seen = (drawn * share + added / 2) / (drawn + added)
    left = np.maximum(size - drawn, 0) / np.maximum(size - 1, 1)
    variance = (size**2 * seen * (1 - seen) / drawn * left).sum()
    return min(1.0, _Z * sqrt(variance) / float(size.sum()))


def more_for(size: Floats, share: Floats, drawn: Floats, goal: float) -> int:
    """Sentences still to draw from an outlet for a half-width of ``goal`` (0 to 1).

    They are shared out over its strata by Neyman's rule (Neyman 1934; Cochran 1977, ch. 5), above
    what is drawn already; the other arguments are those of ``half_width``.
    """
    deviation = np.sqrt(share * (1 - share))

    def needed(scale: float) -> Floats:
        return np.asarray(np.clip(scale * size * deviation, drawn, size))

    low, high = 0.0, float((1 / deviation).max())
    if half_width(size, share, needed(low)) <= goal:
        return 0
    for _ in range(60):
        middle = (low + high) / 2
        reached = half_width(size, share, needed(middle)) <= goal
        low, high = (low, middle) if reached else (middle, high)
    return int(np.ceil((needed(high) - drawn).sum() - 1e-6))
