"""Results as JSON lines that grow: what is there already is not measured again."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

from framescope.data.errors import InputError
from framescope.data.provenance import versions

#: Where results go unless told otherwise.
FOLDER = Path("build/bench")

Row = dict[str, Any]


class Results:
    """Rows of one JSONL file, each known by the values of some of its fields.

    Args:
        path: The file; it need not be there yet.
        key: Fields whose values tell one row from another.
    """

    def __init__(self, path: Path, *, key: tuple[str, ...]) -> None:
        self._path, self._key = path, key

    def rows(self) -> list[Row]:
        """All rows, in the order in which they were written.

        Raises:
            InputError: A line is no row, as after a full disk; it names the line to remove.
        """
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [self._row(number, line) for number, line in enumerate(lines, start=1)]

    def known(self) -> set[tuple[Any, ...]]:
        """The keys of all rows."""
        return {tuple(row[name] for name in self._key) for row in self.rows()}

    def append(self, row: Row) -> None:
        """Add one row and see it on the disk, so that an interruption costs no finished cell."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")
            stream.flush()
            os.fsync(stream.fileno())

    def _row(self, number: int, line: str) -> Row:
        try:
            row: Row = json.loads(line)
            missing = [name for name in self._key if name not in row]
        except (json.JSONDecodeError, TypeError):
            missing = list(self._key)
        if missing:
            raise InputError("not a whole result", path=self._path, row=number,
                             expected=f"fields {', '.join(self._key)} or no line")  # fmt: skip
        return row


def cpu_seconds() -> float:
    """Processor seconds of this process and of the ended ones that it started.

    Beside the seconds of the clock they tell whether other work was on the machine.
    """
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def machine() -> dict[str, Any]:
    """What a figure was measured on and with."""
    return {"processor": _processor(), "cores": os.cpu_count(), "versions": versions()}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
