"""Reading compressed files as they stream, in bounded memory."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

from framescope.data.meter import MeteredFile

#: What may be compressed is told by the file's last suffix.
SUFFIXES = (".gz", ".zst")
#: Text shrinks three- to tenfold, an archive full of repeats a hundredfold; bombs a thousandfold.
_MOST_EXPANSION = 200
#: Bytes that come out of any file, however small it is.
_ALWAYS = 64 * 1024 * 1024
_BUFFER = 1024 * 1024


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading, decompressing ``.gz`` and ``.zst`` as it streams.

    What is wrong with the compressed bytes is an ``OSError`` while reading, and so is a file that
    grows more than 200-fold. Frames of zstd with a window beyond 128 MiB are refused.
    """
    if path.suffix.lower() not in SUFFIXES:
        return io.BufferedReader(MeteredFile(path))
    return cast(BinaryIO, io.BufferedReader(_Unpacked(path), _BUFFER))


class _Unpacked(io.RawIOBase):
    """The decompressed bytes of a file."""

    def __init__(self, path: Path) -> None:
        self._kind = "zstd" if path.suffix.lower() == ".zst" else "gzip"
        self._file = io.BufferedReader(MeteredFile(path))
        self._stream = _decompressor(self._kind, self._file)
        self._produced = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            n = self._stream.readinto(buffer)
        except (EOFError, zlib.error, OSError) as error:
            raise OSError(f"broken {self._kind} file: {error}") from error
        self._produced += n
        if self._produced > max(_ALWAYS, _MOST_EXPANSION * self._file.tell()):
            raise OSError(f"it grows more than {_MOST_EXPANSION}-fold: a decompression bomb")
        return int(n)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._file.close()
        super().close()


def _decompressor(kind: str, file: BinaryIO) -> Any:
    if kind == "gzip":
        return gzip.GzipFile(fileobj=file)
    import pyarrow as pa  # it brings zstd; of the standard library only from Python 3.14 on

    return pa.CompressedInputStream(file, "zstd")
