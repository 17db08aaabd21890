from __future__ import annotations

import pytest

from framescope.inference.comparison.corrected import Corrected, Correction
from framescope.inference.comparison.design import Interval
from framescope.inference.comparison.differences import Difference
from framescope.inference.comparison.error_tests import ErrorTest
from framescope.inference.report.findings import findings_of


def share(outlet: str, value: float | None, *, needed: int = 0) -> Corrected:
    estimate = None if value is None else Interval(value, value - 0.01, value + 0.01)
    return Corrected(outlet, None, "help", None, 40, 0.5, estimate, None, needed)


def gap(pair: tuple[str, str], value: float, p_holm: float, p_bh: float) -> Difference:
    interval = Interval(value, value - 0.02, value + 0.03)
    return Difference("help", None, pair, interval, 0.01, p_holm, p_bh, 0.07)


@pytest.fixture
def correction() -> Correction:
    shares = [share("A", 0.1), share("B", 0.3), share("C", 0.15), share("D", None, needed=9)]
    differences = [
        gap(("A", "B"), -0.2, 0.01, 0.01),
        gap(("A", "C"), -0.05, 0.4, 0.2),
        gap(("B", "C"), 0.15, 0.08, 0.03),
    ]
    tests = [ErrorTest("help", "missed", {"A": 0.1, "B": 0.9}, 0.01),
             ErrorTest("help", "false_alarm", {"A": 0.1}, None)]  # fmt: skip
    return Correction("design", "none", shares, [], differences, tests)


def test_only_what_survives_is_said_and_the_larger_share_comes_first(
    correction: Correction,
) -> None:
    found = findings_of(correction, ["help"])
    (strict,), (mild,) = found.strict, found.mild
    assert (strict.more, strict.less, strict.shares, strict.p) == ("B", "A", (0.3, 0.1), 0.01)
    assert strict.points.low == pytest.approx(0.17)
    assert strict.points.high == pytest.approx(0.22)
    assert (mild.more, mild.less, mild.p) == ("B", "C", 0.03)
    assert [test.error for test in found.unequal] == ["missed"]


def test_what_cannot_be_told_is_said(correction: Correction) -> None:
    (untold,) = findings_of(correction, ["help"]).untold
    assert (untold.pairs, untold.open, untold.detectable) == (3, 1, 0.07)
    assert [c.outlet for c in untold.thin] == ["D"]


def test_a_long_list_is_cut_and_the_rest_counted(correction: Correction) -> None:
    many = [gap(("B", "A"), 0.1 + i / 1000, 0.001, 0.001) for i in range(30)]
    found = findings_of(Correction("design", "", correction.by_outlet, [], many), ["help"])
    (_, spelt, more), _ = found.spelt
    assert (len(spelt), more) == (12, 18)
    assert spelt[0].points.share == max(d.difference.share for d in many)
