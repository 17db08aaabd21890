"""Finding text files and reading them line by line, with a place for every fault."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from framescope.data.errors import InputError
from framescope.data.meter import MeteredFile
from framescope.data.packed import open_file

Record = TypeVar("Record")

STDIN = Path("-")
#: Bytes; a longer line is no record but an accident or an attack.
LONGEST_LINE = 64 * 1024 * 1024


def open_bytes(path: Path) -> BinaryIO:
    """Open a file for reading, ``.gz`` and ``.zst`` decompressed; ``-`` is standard input.

    Raises:
        InputError: The file is missing or may not be read.
    """
    if path == STDIN:
        # A reader of its own: a thread that waits for input must not hold what Python tidies up.
        return BufferedReader(MeteredFile(os.dup(sys.stdin.fileno())))
    try:
        return open_file(path)
    except OSError as error:
        raise InputError(error.strerror or str(error), path=path) from error


def byte_lines(path: Path, *, longest: int) -> Iterator[bytes]:
    """Lines of a file, line ends included; a longer one is cut to ``longest + 1`` bytes.

    Raises:
        InputError: The file cannot be read, is cut short or is a decompression bomb.
    """
    row = 0
    with open_bytes(path) as stream:
        try:
            while line := stream.readline(longest + 1):
                row += 1
                yield line
                while len(line) > longest and not line.endswith(b"\n"):
                    line = stream.readline(longest + 1) or b"\n"
        except OSError as error:
            raise InputError(f"cannot read it: {error}", path=path, row=row + 1) from error


def all_lines(path: Path) -> Iterator[str]:
    """Lines of a UTF-8 file as they are, line ends included; a byte-order mark is dropped.

    Raises:
        InputError: The file cannot be read, is cut short or is not UTF-8.
    """
    for row, line in enumerate(byte_lines(path, longest=LONGEST_LINE), start=1):
        if len(line) > LONGEST_LINE:
            problem = f"a line longer than {LONGEST_LINE // 2**20} MiB"
            raise InputError(problem, path=path, row=row)
        try:
            yield line.decode("utf-8-sig" if row == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise InputError("not UTF-8 text", path=path, row=row) from error


def decoded_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, without line ends, with their row number (from 1).

    Raises:
        InputError: As ``all_lines``.
    """
    for row, line in enumerate(all_lines(path), start=1):
        if line.strip():
            yield row, line.rstrip("\r\n")


def parsed_lines(path: Path, parse: Callable[[Any], Record]) -> Iterator[Record]:
    """What ``parse`` makes of each line's JSON; its ``ValueError`` says what is wrong with it.

    Raises:
        InputError: As ``all_lines``, or a line is not JSON or not accepted by ``parse``.
    """
    for row, line in decoded_lines(path):
        try:
            yield parse(json.loads(line))
        except json.JSONDecodeError as error:
            raise InputError(f"not JSON: {error.msg}", path=path, row=row) from error
        except (ValueError, RecursionError) as error:
            raise InputError(str(error), path=path, row=row) from error


def files_of(paths: Iterable[str | Path], *, suffix: str) -> list[Path]:
    """The files named, with folders replaced by their sorted files of that suffix.

    Raises:
        InputError: A path does not exist, or a folder holds no such file.
    """
    files: list[Path] = []
    for path in map(Path, paths):
        found = sorted(path.glob(f"*{suffix}")) if path.is_dir() else [path]
        if not path.exists():
            raise InputError("there is no such file or folder", path=path)
        if not found:
            raise InputError(f"the folder has no *{suffix} file", path=path)
        files.extend(found)
    return files
