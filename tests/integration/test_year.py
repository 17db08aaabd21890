"""A simulated year of weekly batches with the linear model, by the real command."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.retraining.year import run_year
from framescope.models.registry import Registry
from framescope.training.settings import TrainSettings

REASONS = {
    "poisoned": "speak against the champion's decisions",
    "duplicated": "nothing new",
    # Of its five gold sentences, those that are long enough not to stand in many places by chance.
    "gold inside": "rows of the new annotations overlap with the gold",
    "older codebook": "are not labelled under",
    "clean": "is better in",
}


@pytest.mark.slow
def test_a_year_in_ten_batches(tmp_path: Path) -> None:
    weeks = run_year(tmp_path, TrainSettings(model="linear"), start=300, first=150, gold=3500)
    for week in weeks:
        expected = "promote" if week.kind == "clean" else "refuse"
        assert (week.kind, week.outcome) == (week.kind, expected), week.why
        assert REASONS[week.kind] in week.why
    for before, after in pairwise(weeks):
        assert after.joint_micro_f1 >= before.joint_micro_f1
        assert after.macro_f1 >= before.macro_f1 - 0.02  # the gate's margin
    registry = Registry(tmp_path / "registry")
    promoted = [entry for entry in registry.history() if entry.decision]
    assert len(promoted) == sum(week.kind == "clean" for week in weeks)
    assert all(registry.decision(str(entry.decision)) for entry in promoted)
