"""How far scoring is: a bar on a terminal, one quiet line a minute in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from framescope.data.console import ProgressBar, console, progress_bar, tell
from framescope.inference.score_shard import Counts

_EVERY = 60.0  # seconds between two lines in a log


@dataclass(slots=True)
class ScoringProgress:
    """What has been done, and how long the rest takes at the speed of this run.

    Attributes:
        total: Bytes of the inputs; None where that cannot be known.
        bar: Shows it on a terminal.
        clock: Seconds from any start.
    """

    total: int | None
    bar: ProgressBar
    clock: Callable[[], float] = time.monotonic
    articles: int = 0
    sentences: int = 0
    rejected: int = 0
    _scored: int = 0
    _done: int = 0
    _skipped: int = 0
    _start: float = field(init=False)
    _told: float = field(init=False)

    def __post_init__(self) -> None:
        self._start = self._told = self.clock()

    def add(self, counts: Counts, bytes_read: int, *, skipped: bool) -> None:
        """Count a shard.

        Args:
            counts: Its counts.
            bytes_read: Bytes of the inputs read up to its end.
            skipped: Whether an earlier run scored it.
        """
        self.articles += counts["articles"]
        self.sentences += counts["sentences"]
        self.rejected += counts["rejected"]
        # Shards that others score come in any order.
        bytes_read = self._done = max(self._done, bytes_read)
        if skipped:
            self._skipped, self._start = bytes_read, self.clock()
        else:
            self._scored += counts["sentences"]
        self.bar.reach(min(bytes_read, self.total or bytes_read))
        self.bar.describe(f"Scoring: {self._counted()}")
        if not console.is_terminal and self.clock() - self._told >= _EVERY:
            self._told = self.clock()
            tell(f"Scoring: {self.articles:,} articles, {self._counted()}{self._rest()}")

    def _counted(self) -> str:
        seconds = max(self.clock() - self._start, 1e-9)
        rejected = f", {self.rejected:,} rejected" if self.rejected else ""
        return f"{self.sentences:,} sentences ({self._scored / seconds:,.0f} a second){rejected}"

    def _rest(self) -> str:
        fresh = self._done - self._skipped
        if not self.total or fresh <= 0:
            return ""
        seconds = (self.clock() - self._start) * max(self.total - self._done, 0) / fresh
        share = min(self._done / self.total, 1)
        return f", {share:.0%} done, about {timedelta(seconds=round(seconds))} left"


@contextmanager
def scoring_progress(total: int | None) -> Iterator[ScoringProgress]:
    """Tell of a scoring run while the block runs."""
    with progress_bar("Scoring", total=total, unit="bytes") as bar:
        yield ScoringProgress(total, bar)
