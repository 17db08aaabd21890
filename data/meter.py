"""How much of the inputs was read, for telling progress: one count for the whole process."""

from __future__ import annotations

import io
from typing import Any


class Meter:
    """Bytes read so far, as they lie on disk: of a compressed file the compressed ones."""

    def __init__(self) -> None:
        self.bytes = 0


meter = Meter()


class MeteredFile(io.FileIO):
    """A file opened for reading whose bytes are counted."""

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; as ``io.FileIO``."""
        count = super().readinto(buffer) or 0
        meter.bytes += count
        return count

    def readall(self) -> bytes:
        """Read the rest; as ``io.FileIO``."""
        content = super().readall() or b""
        meter.bytes += len(content)
        return content
