"""Writing a folder or a file so that it is there whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from framescope.data.errors import InputError


def require_absent(path: Path, *, overwrite: bool) -> None:
    """Refuse to write over what is there, before any work is done.

    Raises:
        InputError: The path exists and ``overwrite`` is not set.
    """
    if path.exists() and not overwrite:
        raise InputError("it exists already", path=path, expected="another place, or --overwrite")


@contextmanager
def whole_folder(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yield a working folder that takes the place of ``path`` only if the block succeeds.

    Raises:
        InputError: ``path`` exists and ``overwrite`` is not set.
    """
    require_absent(path, overwrite=overwrite)
    working = path.with_name(f".{path.name}.{os.getpid()}.partial")
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    try:
        yield working
        if path.exists():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        working.rename(path)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    working = path.with_name(f".{path.name}.{os.getpid()}.partial")
    working.write_text(text, encoding="utf-8")
    working.replace(path)


def write_json(path: Path, content: Any) -> None:
    """Write JSON with a fixed layout, whole or not at all."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
