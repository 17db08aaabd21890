"""Ctrl-C, and the SIGTERM that clusters send before they kill: stop between two shards."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from framescope.data.console import tell

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """While it is on, a first signal asks to stop, and a second one stops at once.

    Attributes:
        asked: Number of the signal that asked to stop; None as long as none has.
    """

    def __init__(self) -> None:
        self.asked: int | None = None
        self._at_hand = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch for signals in the block; outside the main thread Python allows it not."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before: dict[int, Any] = {n: signal.signal(n, self._handle) for n in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Let the block come to its end, then stop if a signal came meanwhile.

        Raises:
            KeyboardInterrupt: One came; or a second one, at once.
        """
        self._at_hand = True
        try:
            yield
        finally:
            self._at_hand = False
        if self.asked is not None:
            raise KeyboardInterrupt

    def _handle(self, number: int, _: FrameType | None) -> None:
        again, self.asked = self.asked is not None, number
        if again or not self._at_hand:
            raise KeyboardInterrupt
        tell("Stopping after the shard at hand; once more stops at once")
