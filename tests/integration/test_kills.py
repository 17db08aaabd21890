"""Scoring by the command line, killed at random moments."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.scoring.kills import kill_and_resume


@pytest.mark.slow
def test_killed_runs_go_on_to_the_same_bytes(tmp_path: Path) -> None:
    outcome = kill_and_resume(tmp_path, 4, seed=1)
    assert len(outcome.shards) == 4
    assert outcome.equal
    assert all(outcome.equal)
    assert outcome.orphans == 0
