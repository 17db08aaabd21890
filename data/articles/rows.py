"""Lines of text tables, each with what is wrong with it; one bad line does not end a file."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from framescope.data.errors import InputError
from framescope.data.lines import byte_lines

#: Bytes of a line, characters of a record: no single article is larger.
LONGEST_RECORD = 16 * 1024 * 1024
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: What a line costs in memory beside its characters, so that empty ones count too.
_OVERHEAD = 256


class Line(NamedTuple):
    """A line of a file, line end included, and why its content is not to be trusted, if so."""

    text: str
    fault: str = ""


def article_lines(path: Path) -> Iterator[Line]:
    """Lines of a UTF-8 file; of one too long for memory only the fault.

    Raises:
        InputError: The file cannot be read, or is UTF-16.
    """
    for row, line in enumerate(byte_lines(path, longest=LONGEST_RECORD)):
        if row == 0 and line.startswith(_UTF16):
            raise InputError("UTF-16 text", path=path, expected="UTF-8")
        if len(line) > LONGEST_RECORD:
            yield Line("\n", f"a line longer than {LONGEST_RECORD // 2**20} MiB")
            continue
        try:
            yield Line(line.decode("utf-8" if row else "utf-8-sig"))
        except UnicodeDecodeError:
            yield Line(line.decode("utf-8", "replace"), "not UTF-8 text")


class RecordLines:
    """Lines for ``csv.reader``, which asks for as many as a record needs.

    Args:
        lines: Lines of the file.

    Attributes:
        number: Lines given so far.
        taken: Those given since ``start_record``.
        unclosed: Whether a record asked for more than there is, or than a record may hold.
    """

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines, self._again = lines, deque[Line]()
        self.taken: list[Line] = []
        self.number, self.unclosed, self._size = 0, False, 0

    def start_record(self) -> None:
        """Forget the lines of the record before."""
        self.taken.clear()
        self.unclosed, self._size = False, 0

    def give_again(self) -> None:
        """Give all lines of this record but its first once more."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1

    def __iter__(self) -> RecordLines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines, None)
        if line is None:
            self.unclosed = True
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        self._size += len(line.text) + _OVERHEAD
        if self._size > LONGEST_RECORD + _OVERHEAD:
            self.unclosed = True
            raise csv.Error("the record is too long")
        return line.text

    @property
    def fault(self) -> str:
        """The first fault among the lines of this record."""
        return next((line.fault for line in self.taken if line.fault), "")
