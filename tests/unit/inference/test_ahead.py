from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from framescope.inference.ahead import run_ahead


def counting(drawn: list[int], end: int) -> Iterator[int]:
    for i in range(end):
        drawn.append(i)
        yield i


def test_items_come_in_order_and_never_far_ahead() -> None:
    drawn: list[int] = []
    for item in run_ahead(counting(drawn, 50), depth=3):
        # Those in the queue, and one in the hand of the thread.
        assert len(drawn) <= item + 1 + 3 + 1
    assert drawn == list(range(50))


def test_an_error_comes_after_the_items_before_it() -> None:
    def broken() -> Iterator[int]:
        yield from (1, 2)
        raise ValueError("broken")

    found = []
    with pytest.raises(ValueError, match="broken"):
        found.extend(run_ahead(broken(), depth=9))
    items = run_ahead(broken(), depth=9)
    assert [next(items), next(items)] == [1, 2]
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_closing_ends_the_thread() -> None:
    drawn: list[int] = []
    items = run_ahead(counting(drawn, 10_000), depth=1)
    assert next(items) == 0
    items.close()
    end = time.monotonic() + 5
    while time.monotonic() < end and any(t.name == "run-ahead" for t in threading.enumerate()):
        time.sleep(0.02)
    assert not any(t.name == "run-ahead" for t in threading.enumerate())
    assert len(drawn) < 10
