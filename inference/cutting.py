"""Cutting shards in processes of their own: segmenting and judging languages is plain Python."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
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
    """Cuts shards ahead of scoring; leaving the context ends its processes at once.

    The first shard is cut at once where it is asked for: most archives of one shard are done before
    a process could start.

    Args:
        cutter: What cuts.
        workers: Number of processes; 0: every shard is cut where it is asked for.
    """

    def __init__(self, cutter: Cutter, workers: int) -> None:
        self._cutter, self._workers, self._first = cutter, workers, True
        # Forked processes inherit the locks of torch's threads; spawned ones start clean.
        context = get_context("spawn")
        listened, self._line = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(
            max(workers, 1), context, initializer=_start, initargs=(cutter, listened)
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
        self._line.close()

    def submit(self, records: Sequence[Record]) -> Future[CutArticles]:
        """Begin to cut the records of a shard."""
        if self._workers and not self._first:
            with _signals_held():
                return self._pool.submit(_cut, records)
        self._first = False
        done: Future[CutArticles] = Future()
        done.set_result(self._cutter.cut(records))
        return done


@contextmanager
def _signals_held() -> Iterator[None]:
    """Processes started in the block never see Ctrl-C nor SIGTERM: the parent decides on them.

    They inherit what the thread holds back, so that there is no moment in which they are not safe.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(cutter: Cutter, line: Connection) -> None:
    global _cutter  # noqa: PLW0603  (one for the process, sent once)
    _cutter = cutter
    Thread(target=_end_with, args=(line,), daemon=True).start()


def _end_with(line: Connection) -> None:
    """End when the other side closes the line, or was killed and cannot end its processes."""
    with suppress(EOFError):
        line.recv()
    os._exit(0)


def _cut(records: Sequence[Record]) -> CutArticles:
    assert _cutter is not None  # noqa: S101  (for mypy)
    return _cutter.cut(records)
