from __future__ import annotations

import pytest

from framescope.data.console import progress_bar
from framescope.inference.progress import ScoringProgress

COUNTS = {"articles": 100, "sentences": 600, "rejected": 1}


def test_a_log_gets_a_quiet_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = 0.0
    with progress_bar("Scoring", total=1000, unit="bytes") as bar:
        progress = ScoringProgress(1000, bar, clock=lambda: seconds)
        progress.add(COUNTS, 100, skipped=True)
        for step in range(1, 5):
            seconds = step * 30.0
            progress.add(COUNTS, 100 + 100 * step, skipped=False)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        # The first shard was there: it counts as done, but not for the speed.
        "Scoring: 300 articles, 1,800 sentences (20 a second), 3 rejected, 30% done, "
        "about 0:03:30 left",
        "Scoring: 500 articles, 3,000 sentences (20 a second), 5 rejected, 50% done, "
        "about 0:02:30 left",
    ]


def test_without_a_known_size_no_share_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = 0.0
    with progress_bar("Scoring", total=None, unit="bytes") as bar:
        progress = ScoringProgress(None, bar, clock=lambda: seconds)
        seconds = 60.0
        progress.add(COUNTS | {"rejected": 0}, 100, skipped=False)
    assert capsys.readouterr().err == "Scoring: 100 articles, 600 sentences (10 a second)\n"
