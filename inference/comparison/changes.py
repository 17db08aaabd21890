"""Whether the monthly use of a frame changed at some time, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from framescope.inference.comparison.breaks import find_break
from framescope.inference.comparison.counts import Cell, GroupCounts
from framescope.inference.comparison.events import adjust

_LEVEL = 0.05
#: Months with articles, and sentences with the frame, below which nothing is tested.
LEAST_MONTHS = 12
LEAST_HITS = 20
Verdict = Literal["change", "no evidence", "too little data"]


@dataclass(frozen=True, slots=True)
class Change:
    """What the months of one outlet say of a change in a frame's share of sentences.

    Attributes:
        outlet: The outlet.
        frame: The frame.
        months: Months with scored sentences.
        verdict: ``change`` where the adjusted p-value is at most 0.05.
        month: The first month after the likeliest change; None but for a change, as all below.
        earliest: First month of the 95 % confidence set of that month.
        latest: Last month of it.
        before: Share of sentences before.
        after: Share of sentences from that month on.
        p: P-value of no change; None where the data are too few for a test.
        p_adjusted: The same, Benjamini-Hochberg over all outlets and frames.
    """

    outlet: str
    frame: str
    months: int
    verdict: Verdict
    month: str | None = None
    earliest: str | None = None
    latest: str | None = None
    before: float | None = None
    after: float | None = None
    p: float | None = None
    p_adjusted: float | None = None


def find_changes(months: Sequence[GroupCounts], cells: Sequence[Cell]) -> list[Change]:
    """One change at most in each outlet and frame.

    Args:
        months: Counts by outlet and month, in this order.
        cells: What was counted; stances are passed over.
    """
    found = [
        change
        for outlet, groups in groupby(months, key=lambda group: group.outlet)
        for change in _changes(outlet, list(groups), cells)
    ]
    adjusted = iter(adjust([c.p for c in found if c.p is not None]))
    return [c if c.p is None else _judged(c, next(adjusted)) for c in found]


def _changes(outlet: str, months: list[GroupCounts], cells: Sequence[Cell]) -> Iterator[Change]:
    sentences = np.array([g.articles @ g.sentences for g in months])
    hits = np.array([g.articles @ g.hits for g in months])
    names = [str(group.month) for group in months]
    for i, cell in enumerate(cells):
        if cell.stance is None:
            yield _change(Change(outlet, cell.frame, len(names), "too little data"), names,
                          sentences, hits[:, i])  # fmt: skip


def _change(
    none: Change, names: Sequence[str], sentences: NDArray[np.int64], hits: NDArray[np.int64]
) -> Change:
    if len(names) < LEAST_MONTHS or hits.sum() < LEAST_HITS:
        return none
    found = find_break(sentences, hits)
    old, new = slice(None, found.at), slice(found.at, None)
    return replace(
        none,
        verdict="no evidence",
        month=names[found.at],
        earliest=names[found.first],
        latest=names[found.last],
        before=float(hits[old].sum() / sentences[old].sum()),
        after=float(hits[new].sum() / sentences[new].sum()),
        p=found.p,
    )


def _judged(change: Change, p_adjusted: float) -> Change:
    if p_adjusted <= _LEVEL:
        return replace(change, verdict="change", p_adjusted=p_adjusted)
    none = Change(change.outlet, change.frame, change.months, change.verdict)
    return replace(none, p=change.p, p_adjusted=p_adjusted)
