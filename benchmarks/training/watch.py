"""A clock with an eye on quality, for any training by Trainer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from transformers import TrainerCallback


class Watch(TrainerCallback):
    """Measures quality after each epoch; the clock stands still meanwhile.

    Args:
        quality: Quality of the model as it is now.
        clock: Seconds from any start.
    """

    def __init__(
        self, quality: Callable[[Any], float], clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._quality, self._clock = quality, clock
        self._paused, self._started = 0.0, clock()
        self.epochs: list[tuple[float, float]] = []

    @property
    def seconds(self) -> float:
        """Seconds since the start, those of measuring left out."""
        return self._clock() - self._started - self._paused

    def on_epoch_end(self, *_: Any, model: Any = None, **__: Any) -> None:
        """Note the time so far and the quality."""
        seconds, begun = self.seconds, self._clock()
        self.epochs.append((seconds, self._quality(model)))
        self._paused += self._clock() - begun
