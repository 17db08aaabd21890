"""What a check found, as one line with the rows that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_START = 60

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: an ``error`` makes annotations unusable as they are, a ``warning`` is to look at.

    ``ids`` are the sentences concerned; ``message`` is one line.
    """

    severity: Severity
    message: str
    ids: tuple[str, ...]


def start_of(text: str) -> str:
    """The first 60 characters of a text, in one line, for messages."""
    line = " ".join(text.split())
    return line if len(line) <= _START else line[: _START - 1].rstrip() + "…"
