from __future__ import annotations

from datetime import date

import duckdb
import numpy as np
import pytest

from framescope.data.errors import InputError
from framescope.inference.comparison.counts import Cell, GroupCounts
from framescope.inference.comparison.events import (
    Event,
    adjust,
    difference,
    find_shifts,
    permutation_test,
)
from framescope.inference.comparison.prevalence import Estimate

CELLS = [Cell("help")]
DAY = date(2022, 2, 24)


def test_an_event_is_a_date_with_or_without_a_title() -> None:
    assert Event.parse("2022-02-24:The invasion: day one", 30).title == "The invasion: day one"
    assert Event.parse("2022-02-24", 30) == Event(DAY, "2022-02-24", 30)


@pytest.mark.parametrize("text", ["February", "2022-13-01", "24/02/2022:x", ""])
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="is no event"):
        Event.parse(text, 30)


def base(rows: list[tuple[str, date | None, bool]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE sentences (_archive INT, article_id VARCHAR, outlet VARCHAR, published DATE,"
        " help BOOL, help_stance VARCHAR)"
    )
    for i, (outlet, day, present) in enumerate(rows):
        connection.execute(
            "INSERT INTO sentences VALUES (0, ?, ?, ?, ?, NULL)", [str(i), outlet, day, present]
        )
    return connection


def test_the_day_itself_is_after_and_the_window_ends() -> None:
    days = [date(2022, 2, 13), date(2022, 2, 14), date(2022, 2, 23), DAY, date(2022, 3, 5),
            date(2022, 3, 6), None]  # fmt: skip
    connection = base([("North", day, True) for day in days])
    (shift,) = find_shifts(connection, CELLS, Event(DAY, "x", 10), "sentences")
    assert shift.articles == (2, 2)
    assert shift.p is None  # four articles are too few for a test


def test_a_clear_shift_is_found_and_none_is_not() -> None:
    rows: list[tuple[str, date | None, bool]] = []
    for i in range(60):
        rows += [("North", date(2022, 2, 20), i < 6), ("North", date(2022, 2, 26), i < 30)]
        rows += [("South", date(2022, 2, 20), i < 6), ("South", date(2022, 2, 26), i < 7)]
        rows += [("Late", date(2022, 2, 26), True)]
    north, south = find_shifts(base(rows), CELLS, Event(DAY, "x", 30), "sentences")
    assert north.outlet == "North"
    assert north.difference.share == pytest.approx(0.4)
    assert north.difference.low > 0
    assert north.p_adjusted is not None
    assert north.p_adjusted < 0.01
    assert south.p is not None
    assert south.p > 0.5
    assert south.difference.low < 0 < south.difference.high


def test_the_difference_keeps_the_skew_of_its_parts() -> None:
    gap = difference(Estimate(0.0, 0.0, 0.03), Estimate(0.1, 0.06, 0.16))
    assert gap.low == pytest.approx(0.1 - (0.04**2 + 0.03**2) ** 0.5)
    assert gap.high == pytest.approx(0.16)


def test_permutation_keeps_its_level_with_clustered_articles() -> None:
    random, rounds, found = np.random.default_rng(3), 200, 0

    def group() -> GroupCounts:
        sentences = random.integers(2, 12, 60)
        hits = random.binomial(sentences, random.beta(0.3, 2, 60))
        return GroupCounts("x", None, np.ones(60, int), sentences, hits[:, None])

    for seed in range(rounds):
        found += permutation_test(group(), group(), seed=seed)[0] <= 0.05
    assert found / rounds <= 0.09


def test_nothing_tested_is_nothing_adjusted() -> None:
    assert adjust([]) == []
    assert adjust([0.01, 0.04]) == pytest.approx([0.02, 0.04])
