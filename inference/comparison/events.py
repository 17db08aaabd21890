"""How the use of frames differs before and after an event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt

import duckdb
import numpy as np
from scipy.stats import false_discovery_control

from framescope.data.errors import InputError
from framescope.inference.comparison.counts import Cell, GroupCounts, count_groups
from framescope.inference.comparison.prevalence import Estimate, estimate_group

_DRAWS = 1999
#: With fewer articles on a side, or fewer with the frame on both, nothing is tested.
LEAST_ARTICLES = 10
LEAST_FRAMED = 5


@dataclass(frozen=True, slots=True)
class Event:
    """A day and the days before and after it that are compared; the day itself counts as after."""

    day: date
    title: str
    window: int

    @classmethod
    def parse(cls, text: str, window: int) -> Event:
        """``2022-02-24`` or ``2022-02-24:Title``.

        Raises:
            InputError: It does not begin with a date.
        """
        day, _, title = text.partition(":")
        try:
            return cls(date.fromisoformat(day), title.strip() or day, window)
        except ValueError:
            wish = "YYYY-MM-DD, or YYYY-MM-DD:TITLE"
            raise InputError(f"{text!r} is no event", expected=wish) from None


@dataclass(frozen=True, slots=True)
class Shift:
    """One outlet's use of a frame (and stance) before and after an event.

    Attributes:
        event: Title of the event.
        day: Its day as ISO text.
        outlet: The outlet.
        frame: The frame.
        stance: The stance, or None for any.
        articles: Articles before and after.
        before: Share of sentences before.
        after: Share of sentences after.
        difference: ``after`` less ``before``, with its 95 % interval.
        p: P-value of no difference; None where the data are too few for a test.
        p_adjusted: The same, Benjamini-Hochberg over all that are tested for this event.
    """

    event: str
    day: str
    outlet: str
    frame: str
    stance: str | None
    articles: tuple[int, int]
    before: Estimate
    after: Estimate
    difference: Estimate
    p: float | None
    p_adjusted: float | None


def find_shifts(
    connection: duckdb.DuckDBPyConnection, cells: Sequence[Cell], event: Event, source: str
) -> list[Shift]:
    """Shifts of every cell in each outlet with dated articles on both sides of an event.

    Args:
        connection: With the view ``source``.
        cells: What to count.
        event: The event.
        source: The view to count in.
    """
    window = timedelta(days=event.window)
    sides = [
        {g.outlet: g for g in _count(connection, cells, source, start, start + window)}
        for start in (event.day - window, event.day)
    ]
    pairs = [(sides[0][outlet], sides[1][outlet]) for outlet in sides[0] if outlet in sides[1]]
    return _adjusted([shift for pair in pairs for shift in _shifts(event, cells, *pair)])


def _count(
    connection: duckdb.DuckDBPyConnection,
    cells: Sequence[Cell],
    source: str,
    start: date,
    end: date,
) -> Iterator[GroupCounts]:
    connection.execute(
        f'CREATE OR REPLACE TEMP VIEW _side AS SELECT * FROM "{source}" '  # noqa: S608
        f"WHERE published >= DATE '{start}' AND published < DATE '{end}'"
    )
    yield from count_groups(connection, cells, by_month=False, source="_side")


def _shifts(
    event: Event, cells: Sequence[Cell], before: GroupCounts, after: GroupCounts
) -> Iterator[Shift]:
    articles = int(before.articles.sum()), int(after.articles.sum())
    estimates = [estimate_group(group, cells) for group in (before, after)]
    p_values = permutation_test(before, after)
    for i, (old, new) in enumerate(zip(*estimates, strict=True)):
        framed = sum(int(g.articles[g.hits[:, i] > 0].sum()) for g in (before, after))
        tested = min(articles) >= LEAST_ARTICLES and framed >= LEAST_FRAMED
        shares = old.of_sentences, new.of_sentences
        yield Shift(
            event.title, event.day.isoformat(), old.outlet, old.frame, old.stance, articles,
            *shares, difference(*shares), p_values[i] if tested else None, None,
        )  # fmt: skip


def difference(before: Estimate, after: Estimate) -> Estimate:
    """``after`` less ``before``, with the limits recovered from both intervals.

    MOVER (Zou & Donner 2008, Statistics in Medicine 27; for single proportions Newcombe 1998,
    method 10): it keeps their skew, where a frame is rare.
    """
    gap = after.share - before.share
    low = gap - sqrt((after.share - after.low) ** 2 + (before.high - before.share) ** 2)
    high = gap + sqrt((after.high - after.share) ** 2 + (before.share - before.low) ** 2)
    return Estimate(gap, low, high)


def permutation_test(before: GroupCounts, after: GroupCounts, *, seed: int = 0) -> list[float]:
    """P-values that the shares of each cell do not differ, two-sided.

    Articles, not sentences, are dealt anew to before and after (Good 2005): exact where
    articles are exchangeable. Days with a common cause make it too small.
    """
    dealt, sentences = (
        np.r_[before.articles, after.articles],
        np.r_[before.sentences, after.sentences],
    )
    hits = np.vstack([before.hits, after.hits])
    random = np.random.default_rng(seed)
    seen = np.r_[np.zeros_like(before.articles), after.articles]
    drawn = random.multivariate_hypergeometric(
        dealt, int(after.articles.sum()), size=_DRAWS, method="marginals"
    )
    afters = np.vstack([seen, drawn])
    befores = dealt - afters
    gaps = np.abs(
        (afters @ hits) / (afters @ sentences)[:, None]
        - (befores @ hits) / (befores @ sentences)[:, None]
    )
    # Equal draws may differ in the last bit.
    extreme = (gaps[1:] >= gaps[0] - 1e-12).sum(axis=0)
    return [float(p) for p in (extreme + 1) / (_DRAWS + 1)]


def _adjusted(shifts: Sequence[Shift]) -> list[Shift]:
    adjusted = iter(adjust([s.p for s in shifts if s.p is not None]))
    return [s if s.p is None else replace(s, p_adjusted=next(adjusted)) for s in shifts]


def adjust(p_values: Sequence[float]) -> list[float]:
    """Benjamini & Hochberg (1995): of those below 0.05, at most one in 20 is expected false."""
    return [float(p) for p in false_discovery_control(p_values)] if p_values else []
