"""Corrected prevalence from gold drawn from the scored archives themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from framescope.inference.comparison.corrected import (
    FEWEST_GOLD,
    Corrected,
    Correction,
    decided,
    gold_needed,
)
from framescope.inference.comparison.counts import Cell, GroupCounts
from framescope.inference.comparison.design import Decisions, Drawn, Ints, correct_by_design
from framescope.inference.comparison.differences import Share, differences_of
from framescope.inference.comparison.drawn_gold import DrawnGold
from framescope.inference.comparison.error_tests import ErrorTest, compare_errors

_ASSUMPTION = (
    "None about the classifier. The gold is right, and every scored sentence had the recorded "
    "chance to be drawn."
)


def correct_with_drawn(
    by_outlet: Sequence[GroupCounts],
    by_month: Sequence[GroupCounts],
    cells: Sequence[Cell],
    gold: DrawnGold,
) -> Correction:
    """Correct every cell of every group, compare outlets, and test their error rates."""
    outlets, months = (
        [_corrected(group, cells, i, gold) for group in groups for i in range(len(cells))]
        for groups in (by_outlet, by_month)
    )
    shares = [Share(c.outlet, Cell(c.frame, c.stance), c.estimate) for c in outlets if c.estimate]
    tests = [test for i in range(len(cells)) for test in _error_tests(cells, i, gold)]
    return Correction("design", _ASSUMPTION, outlets, months, differences_of(shares), tests)


def _corrected(group: GroupCounts, cells: Sequence[Cell], i: int, gold: DrawnGold) -> Corrected:
    cell, at = cells[i], _rows(group, gold)
    naive = float(group.articles @ group.hits[:, i] / (group.articles @ group.sentences))
    count = int(at.sum())
    names = group.outlet, group.month, cell.frame, cell.stance, count, naive
    if count < FEWEST_GOLD:
        return Corrected(*names, None, needed=FEWEST_GOLD - count)
    decisions = Decisions(group.articles, decided(group, cells, cell))
    archive, estimate = correct_by_design(decisions, _drawn(cells, i, gold, at))
    needed = gold_needed(count, archive)
    if needed:
        return Corrected(*names, None, needed=needed)
    return Corrected(*names, estimate, archive)


def _rows(group: GroupCounts, gold: DrawnGold) -> NDArray[np.bool_]:
    """Gold sentences of a group."""
    own = gold.outlet == group.outlet
    return np.asarray(own if group.month is None else own & (gold.month == group.month))


def _drawn(cells: Sequence[Cell], i: int, gold: DrawnGold, at: NDArray[np.bool_]) -> Drawn:
    base = list(cells).index(Cell(cells[i].frame))
    decision, around = _decision(gold, base, i), _around(gold, base, i)
    return Drawn(
        gold.truth[at, i], decision[at], gold.chance[at], gold.stratum[at], gold.article[at],
        around[at],
    )  # fmt: skip


def _decision(gold: DrawnGold, base: int, i: int) -> Ints:
    """The column of ``decided`` that each gold sentence is in."""
    framed = gold.decided[:, base].astype(np.int64)
    return framed if base == i else framed + gold.decided[:, i]


def _around(gold: DrawnGold, base: int, i: int) -> Ints:
    """Sentences of its article by decision, in the columns of ``decided``."""
    framed, hits = gold.around[:, base], gold.around[:, i]
    parts = [gold.sentences - framed, hits]
    if base != i:
        parts.insert(1, framed - hits)
    return np.stack(parts, axis=1)


def _error_tests(cells: Sequence[Cell], i: int, gold: DrawnGold) -> list[ErrorTest]:
    """Of frames; stances have no errors of their own where the frame is missed."""
    if cells[i].stance is not None:
        return []
    truth, found = gold.truth[:, i], gold.decided[:, i]
    return compare_errors(
        cells[i].frame, gold.outlet.tolist(), truth, found, 1 / gold.chance, gold.article
    )
