"""Cutting shards in processes of their own: segmenting and judging languages is plain Python."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread
from types import TracebackType

from framescope.inference.sentences import CutArticles, Cutter
from framescope.inference.shards import Record

_MOST_WORKERS = 8
_cutter: Cutter | None = None


def default_workers() -> int:
    """Half of the machine's cores, the model has the others; none where there is only one."""
    return min(_MOST_WORKERS, (os.cpu_count() or 1) // 2)


class Cutting:
    """Cuts shards ahead of scoring; leaving the context waits for nothing.

    The first shard is cut at once where it is asked for: most archives of one shard are done before
    a process could start.

    Args:
        cutter: What cuts.
        workers: Number of processes; 0: every shard is cut where it is asked for.
    """

    def __init__(self, cutter: Cutter, workers: int) -> None:
        self._cutter, self._workers, self._first = cutter, workers, True
        # Forked processes inherit the locks of torch's threads; spawned ones start clean.
        self._pool = ProcessPoolExecutor(
            max(workers, 1), get_context("spawn"), initializer=_start, initargs=(cutter,)
        )

    def __enter__(self) -> Cutting:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def submit(self, records: Sequence[Record]) -> Future[CutArticles]:
        """Begin to cut the records of a shard."""
        if self._workers and not self._first:
            return self._pool.submit(_cut, records)
        self._first = False
        done: Future[CutArticles] = Future()
        done.set_result(self._cutter.cut(records))
        return done


def _start(cutter: Cutter) -> None:
    global _cutter  # noqa: PLW0603  (one for the process, sent once)
    _cutter = cutter
    # Ctrl-C and a scheduler's SIGTERM go to all processes; the parent decides what they mean.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent cannot end its processes: they end themselves."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _cut(records: Sequence[Record]) -> CutArticles:
    assert _cutter is not None  # noqa: S101  (for mypy)
    return _cutter.cut(records)
