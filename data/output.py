"""Writing a folder or a file so that it is there whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from framescope.data.errors import InputError


def require_absent(path: Path, *, overwrite: bool, marker: str | None = None) -> None:
    """Refuse to write over what is there, before any work is done.

    Args:
        path: Where something is to be written.
        overwrite: Whether the user allows to replace it.
        marker: A file that every folder holds that may be replaced.

    Raises:
        InputError: The path exists and ``overwrite`` is not set, or it is a folder of other things.
    """
    if not path.exists():
        return
    if not overwrite:
        raise InputError("it exists already", path=path, expected="another place, or --overwrite")
    if marker and not path.is_dir():
        raise InputError("it is a file", path=path, expected="a folder to write")
    if marker and any(path.iterdir()) and not (path / marker).exists():
        raise InputError(f"the folder holds other things: it has no {marker}", path=path)


@contextmanager
def whole_folder(path: Path, *, overwrite: bool, marker: str) -> Iterator[Path]:
    """Yield a working folder that takes the place of ``path`` only if the block succeeds.

    Raises:
        InputError: As ``require_absent``, before the block and once more after it.
    """
    path = path.resolve()
    require_absent(path, overwrite=overwrite, marker=marker)
    working = path.with_name(f".{path.name}.{os.getpid()}.partial")
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    try:
        yield working
        require_absent(path, overwrite=overwrite, marker=marker)
        _replace(path, working)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _replace(path: Path, working: Path) -> None:
    """Put ``working`` in the place of ``path``, which is gone only when the new one stands."""
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    if path.exists():
        path.rename(old)
    working.rename(path)
    if old.is_dir():
        shutil.rmtree(old)
    else:
        old.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, making its folder; links and pipes are written to."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        path.write_text(text, encoding="utf-8")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    working = path.with_name(f".{path.name}.{os.getpid()}.partial")
    working.write_text(text, encoding="utf-8")
    working.replace(path)


def write_json(path: Path, content: Any) -> None:
    """Write JSON with a fixed layout, whole or not at all."""
    write_text(path, as_json_bytes(content).decode())


def write_durably(path: Path, content: Iterable[bytes], working: Path) -> None:
    """Write a file so that even a loss of power leaves it whole or not there.

    Args:
        path: The file; one that is there is replaced.
        content: What it holds, in pieces.
        working: Where it grows meanwhile, on the same file system.
    """
    try:
        with working.open("wb") as stream:
            stream.writelines(content)
            stream.flush()
            os.fsync(stream.fileno())
        working.replace(path)
    except OSError:
        with suppress(OSError):
            working.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def as_json_bytes(content: Any) -> bytes:
    """JSON with a fixed layout."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()
