"""Where a registry lies: a local folder, or any place that fsspec reaches (s3://, memory://)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any
from uuid import uuid4

from framescope.data.errors import InputError

#: Seconds after which what a copy left behind cannot be one at work.
_STALE = 24 * 3600


class Store:
    """Files under one root, with the two steps that a registry needs to be all or nothing.

    Args:
        url: A local folder or an fsspec address.

    Raises:
        InputError: fsspec knows no such protocol, or its library is not installed.
    """

    def __init__(self, url: str | Path) -> None:
        from fsspec.core import url_to_fs

        try:
            fs, root = url_to_fs(str(url))
        except (ValueError, ImportError) as error:
            wish = "a folder, or an fsspec address whose library is installed"
            raise InputError(str(error), path=str(url), expected=wish) from error
        self.url, self._fs, self._root = str(url), fs, root
        #: The root on the local disk; None elsewhere.
        self.local = Path(root) if "file" in _protocols(fs) else None

    def names(self, folder: str) -> list[str]:
        """Names of what lies in a folder, sorted; none where there is no folder."""
        try:
            found = self._fs.ls(self._at(folder), detail=False)
        except FileNotFoundError:
            return []
        names = (path.rstrip("/").rpartition("/")[2] for path in found)
        return sorted(name for name in names if not name.startswith("."))

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return bool(self._fs.exists(self._at(name)))

    def read(self, name: str) -> bytes:
        """Content of a file."""
        return bytes(self._fs.cat_file(self._at(name)))

    def create(self, name: str, content: bytes) -> bool:
        """Write a file whole, only if it is not there; False if another was first.

        Locally a hard link does both at once; object stores write whole objects and take the
        condition with the request (S3: ``If-None-Match``).
        """
        try:
            if self.local is None:
                self._fs.pipe_file(self._at(name), content, mode="create")
            else:
                _link(self.local / name, content)
        except FileExistsError:
            return False
        return True

    def put_folder(
        self, source: Path, name: str, *, last: str, verify: Callable[[Path], object]
    ) -> None:
        """Copy a folder in; the file ``last`` comes last, so that with it all the rest is there.

        Locally the copy is verified before it gets its name.
        """
        if self.local is not None:
            _remove_stale((self.local / name).parent)
            with _new_folder(self.local / name) as working:
                copytree(source, working, dirs_exist_ok=True)
                os.utime(working)  # copytree has given it the age of the source
                verify(working)
            return
        files = sorted(p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file())
        for file in sorted(files, key=last.__eq__):
            self._fs.put_file(str(source / file), self._at(f"{name}/{file}"))

    def get_folder(self, name: str, target: Path) -> None:
        """Copy a folder out, whole or not at all."""
        with _new_folder(target) as working:
            for path in self._fs.find(self._at(name)):
                file = working / path[len(self._at(name)) :].lstrip("/")
                file.parent.mkdir(parents=True, exist_ok=True)
                self._fs.get_file(path, str(file))

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """Yield a working folder that gets its name if the block succeeds.

    Its name tells what is in it: where another thread or process was first, that one stays.
    """
    working = path.with_name(f".{path.name}.{uuid4().hex}.partial")
    working.mkdir(parents=True)
    try:
        yield working
        try:
            working.rename(path)
        except OSError:
            if not path.is_dir():
                raise
    finally:
        rmtree(working, ignore_errors=True)


def _remove_stale(folder: Path) -> None:
    """Remove what killed copies left in a folder."""
    for left in folder.glob(".*.partial"):
        try:
            old = time.time() - left.stat().st_mtime > _STALE
        except FileNotFoundError:
            continue  # another process was done with it
        if old:
            rmtree(left, ignore_errors=True)


def _protocols(fs: Any) -> tuple[str, ...]:
    return (fs.protocol,) if isinstance(fs.protocol, str) else tuple(fs.protocol)


def _link(path: Path, content: bytes) -> None:
    """Write beside the place, then link: whoever comes second gets ``FileExistsError``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    working = path.with_name(f".{path.name}.{uuid4().hex}.partial")
    try:
        working.write_bytes(content)
        os.link(working, path)
    finally:
        working.unlink(missing_ok=True)
