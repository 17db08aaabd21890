from __future__ import annotations

import numpy as np
import pytest

from framescope.inference.comparison.breaks import find_break
from framescope.inference.comparison.changes import find_changes
from framescope.inference.comparison.counts import Cell, GroupCounts

CELLS = [Cell("help"), Cell("help", "supports")]


def series(outlet: str, shares: list[float], *, seed: int = 0, n: int = 400) -> list[GroupCounts]:
    random = np.random.default_rng(seed)
    months = []
    for i, share in enumerate(shares):
        hits = random.binomial(n // 40, share, 40)
        counts = np.column_stack([hits, hits])
        name = f"{2022 + i // 12}-{i % 12 + 1:02}-01"
        months.append(GroupCounts(outlet, name, np.ones(40, int), np.full(40, n // 40), counts))
    return months


def test_a_clear_change_is_found_where_it_was_made() -> None:
    (found,) = find_changes(series("North", [0.05] * 12 + [0.2] * 12), CELLS)
    assert found.verdict == "change"
    assert found.month == "2023-01-01"
    assert found.earliest is not None
    assert found.latest is not None
    assert found.earliest <= found.month <= found.latest
    assert found.before is not None
    assert found.after is not None
    assert found.before < 0.1 < found.after


def test_without_a_change_there_is_no_evidence_and_no_month() -> None:
    (found,) = find_changes(series("North", [0.1] * 24, seed=4), CELLS)
    assert found.verdict == "no evidence"
    assert found.month is None
    assert found.p is not None


@pytest.mark.parametrize(("months", "share"), [(11, 0.1), (24, 0.0005)])
def test_too_little_data_is_told_and_not_tested(months: int, share: float) -> None:
    (found,) = find_changes(series("North", [share] * months), CELLS)
    assert found.verdict == "too little data"
    assert found.p is None


def test_p_values_are_adjusted_over_all_outlets() -> None:
    groups = [g for i in range(6) for g in series(f"o{i}", [0.1] * 18, seed=i)]
    groups += series("o9", [0.02] * 12 + [0.2] * 12, seed=9)
    found = find_changes(groups, CELLS)
    assert [c.outlet for c in found if c.verdict == "change"] == ["o9"]
    for change in found:
        assert change.p_adjusted is not None
        assert change.p is not None
        assert change.p_adjusted >= change.p


def test_overdispersed_months_do_not_make_changes() -> None:
    """Months scatter five times more than a binomial; 5 % are taken for a change, not more."""
    random, rounds, found = np.random.default_rng(5), 100, 0
    for _ in range(rounds):
        sentences = random.integers(200, 800, 24)
        hits = random.binomial(sentences, random.beta(5, 95, 24))
        found += find_break(sentences, hits).p <= 0.05
    assert found / rounds <= 0.09
