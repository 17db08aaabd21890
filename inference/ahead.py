"""Work done ahead of whoever needs it, in a thread, and never far ahead: memory stays flat."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import suppress
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

Item = TypeVar("Item")

_PATIENCE = 0.2  # seconds between looks at whether anybody still waits


def run_ahead(items: Iterable[Item], *, depth: int) -> Generator[Item, None, None]:
    """Yield the items, drawing up to ``depth`` more of them meanwhile in a thread.

    An error comes after the items drawn before it. Closing the generator ends the thread with the
    item that it is drawing.
    """
    drawn: Queue[tuple[Item] | BaseException | None] = Queue(depth)
    closed = Event()

    def put(result: tuple[Item] | BaseException | None) -> None:
        while not closed.is_set():
            with suppress(Full):
                drawn.put(result, timeout=_PATIENCE)
                return

    def draw() -> None:
        try:
            for item in items:
                put((item,))
                if closed.is_set():
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001  (raised again where it is waited for)
            put(error)

    Thread(target=draw, daemon=True, name="run-ahead").start()
    try:
        while (result := drawn.get()) is not None:
            if isinstance(result, BaseException):
                raise result
            yield result[0]
    finally:
        closed.set()
