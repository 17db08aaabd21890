from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.inference.comparison.counts import Cell
from framescope.inference.comparison.design import Interval
from framescope.inference.comparison.differences import Share, differences_of, holm
from framescope.inference.comparison.error_tests import compare_errors

HELP, SUPPORTS = Cell("help"), Cell("help", "supports")


def share(outlet: str, low: float, value: float, high: float, cell: Cell = HELP) -> Share:
    return Share(outlet, cell, Interval(value, low, high))


def test_every_pair_is_compared_within_its_cell() -> None:
    shares = [share(o, 0.1, 0.2, 0.4, c) for c in (HELP, SUPPORTS) for o in ("A", "B", "C")]
    found = differences_of(shares)
    assert [d.outlets for d in found] == [("A", "B"), ("A", "C"), ("B", "C")] * 2
    assert [d.stance for d in found] == [None] * 3 + ["supports"] * 3
    assert all(d.p == 1 and d.difference.share == 0 for d in found)


def test_limits_are_those_of_newcombe_and_p_agrees_with_them() -> None:
    (d,) = differences_of([share("A", 0.25, 0.3, 0.36), share("B", 0.07, 0.1, 0.15)])
    assert d.difference.low == pytest.approx(0.2 - np.hypot(0.05, 0.05))
    assert d.difference.high == pytest.approx(0.2 + np.hypot(0.06, 0.03))
    assert d.p < 0.001
    edge = 0.3 - 0.05 * 2**0.5
    (d,) = differences_of([share("A", 0.25, 0.3, 0.36), share("B", 0.07, edge, edge + 0.05)])
    assert d.difference.low == pytest.approx(0)
    assert d.p == pytest.approx(0.05)


def test_shares_with_the_same_error_rates_are_compared_by_their_draws() -> None:
    common = np.random.default_rng(0).normal(0, 0.1, 4000)
    a = Share("A", HELP, Interval(0.4, 0.2, 0.6), 0.4 + common)
    b = Share("B", HELP, Interval(0.3, 0.1, 0.5), 0.3 + 0.9 * common)
    (d,) = differences_of([a, b])
    assert d.p < 1e-6
    assert d.difference.high - d.difference.low == pytest.approx(2 * 1.96 * 0.01, rel=0.1)


def test_holm_by_hand() -> None:
    assert holm(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.06, 0.06])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_values_are_larger_and_keep_the_order(values: list[float]) -> None:
    p = np.array(values)
    adjusted = holm(p)
    assert (adjusted >= p).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


def gold(random: np.random.Generator, missed: tuple[float, float]) -> dict[str, np.ndarray]:
    """Two outlets; articles of four sentences, wholly missed or wholly found."""
    home = np.arange(120) % 2
    article = np.repeat(np.arange(120), 4)
    wrong = np.repeat(random.random(120) < np.array(missed)[home], 4)
    truth = np.ones(480, bool)
    return {"outlets": np.array(["A", "B"])[home[article]], "truth": truth,
            "decided": truth & ~wrong, "weight": np.ones(480), "article": article}  # fmt: skip


def test_errors_that_differ_by_outlet_are_found_and_others_are_not() -> None:
    random = np.random.default_rng(0)
    missed, alarms = compare_errors("help", **gold(random, (0.1, 0.6)))
    assert missed.error == "missed"
    assert missed.p is not None
    assert missed.p < 0.01
    assert missed.rates["A"] < 0.3 < missed.rates["B"]
    assert alarms.p is None
    assert alarms.rates == {}


def test_articles_that_err_as_one_are_no_evidence_of_outlets() -> None:
    """By sentences, such clusters would be found different far too often."""
    random = np.random.default_rng(1)
    p = [compare_errors("help", **gold(random, (0.3, 0.3)))[0].p or 0 for _ in range(60)]
    assert np.mean(np.array(p) < 0.05) <= 0.15
