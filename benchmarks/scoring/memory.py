"""Running a command while its memory is watched: that of the whole process tree, over time."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_EVERY = 0.1
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Watched:
    """A command that has ended.

    Attributes:
        code: Its exit code; negative for the signal that ended it.
        seconds: How long it took.
        curve: Seconds since its start and MiB of resident memory, several times a second.
    """

    code: int
    seconds: float
    curve: list[tuple[float, float]] = field(repr=False)

    @property
    def peak(self) -> float:
        """The highest resident memory, MiB."""
        return max((mib for _, mib in self.curve), default=0.0)

    def sparkline(self, points: int = 24) -> str:
        """The curve in so many characters, from no memory to the peak."""
        signs = "▁▂▃▄▅▆▇█"
        step = max(1, len(self.curve) // points)
        highest = [max(m for _, m in self.curve[i : i + step]) for i in
                   range(0, len(self.curve), step)]  # fmt: skip
        return "".join(signs[min(7, int(8 * m / (self.peak or 1)))] for m in highest)


def watch(command: Sequence[str], *, log: Path) -> Watched:
    """Run a command to its end, its output in ``log``."""
    start, curve = time.perf_counter(), list[tuple[float, float]]()
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        while process.poll() is None:
            curve.append((time.perf_counter() - start, _resident(process.pid) / _MIB))
            time.sleep(_EVERY)
    return Watched(process.returncode, time.perf_counter() - start, curve)


def _resident(pid: int) -> int:
    """Bytes of resident memory of a process and all below it; shared pages count in each."""
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for process in tree:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
