"""Prevalence with the classifier's errors corrected, or how much gold is missing for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from framescope.inference.comparison.counts import Cell, GroupCounts
from framescope.inference.comparison.design import Interval, Ints
from framescope.inference.comparison.differences import Difference
from framescope.inference.comparison.error_tests import ErrorTest

#: With fewer gold sentences in a group nothing is told of it.
FEWEST_GOLD = 30
#: A share that is known no better than to ± this is not told.
WIDEST_MARGIN = 0.10


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrected share of one cell in one group, of all of its scored sentences.

    Attributes:
        outlet: The outlet.
        month: First day of the month, or None for all.
        frame: The frame.
        stance: The stance, or None for any.
        gold: Gold sentences that it rests on.
        naive: What counting the classifier's decisions gives.
        estimate: For articles such as these, clustered by article; None where gold is too thin.
        archive: For this archive alone, with finite population correction; None also where gold
            comes from elsewhere.
        needed: Gold sentences still needed where it is too thin, else 0.
    """

    outlet: str
    month: str | None
    frame: str
    stance: str | None
    gold: int
    naive: float
    estimate: Interval | None
    archive: Interval | None = None
    needed: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """All figures corrected in one way; the parts are JSON-ready by ``dataclasses.asdict``.

    Attributes:
        method: ``design`` or ``misclassification_matrix``.
        assumption: What has to hold for the intervals to mean what they say.
        by_outlet: For all of an outlet's articles.
        by_month: The same by month.
        differences: Between all pairs of outlets whose shares are known.
        error_tests: Whether the classifier errs differently by outlet; gold of the archive only.
    """

    method: str
    assumption: str
    by_outlet: list[Corrected]
    by_month: list[Corrected]
    differences: list[Difference]
    error_tests: list[ErrorTest] = field(default_factory=list)


def gold_needed(gold: int, interval: Interval | None) -> int:
    """Sentences still to be annotated until a share may be told; 0 where it may be.

    Margins shrink with the square root of the sample (Cochran 1977, ch. 4).

    Args:
        gold: Gold sentences there are.
        interval: What they give, or None where they give nothing.
    """
    margin = 0.0 if interval is None else (interval.high - interval.low) / 2
    enough = gold * (margin / WIDEST_MARGIN) ** 2 if margin > WIDEST_MARGIN else 0
    return max(0, FEWEST_GOLD - gold, ceil(enough) - gold)


def decided(group: GroupCounts, cells: Sequence[Cell], cell: Cell) -> Ints:
    """Sentences of each article by what was decided of a cell, shape (P, 2 or 3).

    Columns are: not the frame, the frame with another stance (of a cell with a stance), the cell.
    """
    hits = group.hits[:, list(cells).index(cell)]
    framed = group.hits[:, list(cells).index(Cell(cell.frame))]
    parts = [group.sentences - framed, hits]
    if cell.stance is not None:
        parts.insert(1, framed - hits)
    return np.stack(parts, axis=1)
