"""What scoring an archive asks of whoever scores its shards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from framescope.inference.checkpoint import Checkpoint
from framescope.inference.interruption import Interruption
from framescope.inference.progress import ScoringProgress
from framescope.inference.shards import Shard


@dataclass(frozen=True, slots=True)
class Run:
    """One run into an output folder.

    Attributes:
        checkpoint: Knows what is done, and keeps what is scored.
        interruption: Tells when to stop.
        progress: Tells the person.
        abstain: Leave sentences outside the model's scope without scores.
    """

    checkpoint: Checkpoint
    interruption: Interruption
    progress: ScoringProgress
    abstain: bool


class Runner(Protocol):
    """Scores shards, on this machine or on many."""

    @property
    def computed(self) -> str:
        """Device and precision in use, for provenance."""

    def score(self, shards: Iterator[Shard], run: Run) -> int:
        """Score and keep what is not done; returns the number of shards in all."""
