"""Files behind paths, folders and patterns."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from framescope.data.articles.article import Article, Reject
from framescope.data.articles.documents import read_html, read_text
from framescope.data.articles.parquet import read_parquet
from framescope.data.articles.remote import RemoteFile, find_remote, is_url, local_path
from framescope.data.articles.tables import read_csv, read_jsonl
from framescope.data.articles.warc import read_warc
from framescope.data.errors import InputError
from framescope.data.lines import STDIN
from framescope.data.packed import SUFFIXES

Reader = Callable[[Path, str, Mapping[str, tuple[str, ...]]], Iterator[Article | Reject]]

READERS: dict[str, Reader] = {
    ".jsonl": read_jsonl, ".ndjson": read_jsonl, ".csv": read_csv, ".tsv": read_csv,
    ".parquet": read_parquet, ".txt": read_text, ".html": read_html, ".htm": read_html,
    ".warc": read_warc,
}  # fmt: skip
KNOWN = ", ".join(READERS) + "; all but .parquet also .gz and .zst"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    Attributes:
        path: Where it is; ``-`` is standard input. Of a remote file, its name.
        name: What it is called in places and ids.
        named: Whether the user named it.
        fault: Why it is not even opened, if so: a pipe, a link that leads nowhere.
        remote: The file, if it has to be fetched.
    """

    path: Path
    name: str
    named: bool
    fault: str = ""
    remote: RemoteFile | None = None

    @property
    def reader(self) -> Reader | None:
        """The reader for the file's name; standard input is JSONL."""
        if self.path == STDIN:
            return read_jsonl
        packed = self.path.suffix.lower() in SUFFIXES
        suffix = Path(self.path.stem if packed else self.path.name).suffix.lower()
        return None if packed and suffix == ".parquet" else READERS.get(suffix)

    @property
    def size(self) -> int | None:
        """Bytes of the file; None for standard input and for what is no file."""
        if self.remote:
            return self.remote.size
        return None if self.path == STDIN or self.fault else self.path.stat().st_size

    def local(self) -> AbstractContextManager[Path]:
        """The path to read from in the block."""
        return self.remote.fetched() if self.remote else nullcontext(self.path)


def find_sources(inputs: Iterable[str | Path]) -> list[Source]:
    """Files behind paths, folders (searched in depth), globs and addresses of these.

    Each is there once, in a fixed order.

    Links are followed; a folder that a link leads back to is searched once.

    Raises:
        InputError: A path matches nothing, or a folder holds no file of a known format.
    """
    sources: dict[object, Source] = {}
    for given in inputs:
        for source in _remote(given) if is_url(str(given)) else _sources_of(Path(given)):
            sources.setdefault(_identity(source), source)
    names = Counter(source.name for source in sources.values())
    # Names stand in ids and places: files of one name are told apart by their whole path.
    return [
        replace(source, name=source.remote.url if source.remote else _told(source.path))
        if names[source.name] > 1
        else source
        for source in sources.values()
    ]


def _whole_name(source: Source) -> str:
    return source.remote.url if source.remote else _told(source.path)


def _identity(source: Source) -> object:
    """What two paths to one file share."""
    if source.remote:
        return source.remote.url
    if source.path == STDIN or source.fault:
        return source.path
    about = source.path.stat()
    return about.st_dev, about.st_ino


def _remote(given: str | Path) -> list[Source]:
    url = str(given)
    if path := local_path(url):
        return _sources_of(path)
    named, files = find_remote(url)
    found = [Source(Path(file.name), file.name, named, remote=file) for file in files]
    if not named and not any(source.reader for source in found):
        raise InputError("no file that can be read", path=url, expected=KNOWN)
    return found


def _sources_of(path: Path) -> list[Source]:
    if path == STDIN or path.is_file():
        return [Source(path, _told(Path(path.name)), named=True)]
    root, found = (path, _below(path)) if path.is_dir() else (_fixed_part(path), _matching(path))
    within = [Source(p, _told(p.relative_to(root)), named=False, fault=f) for p, f in found]
    if not any(source.reader and not source.fault for source in within):
        raise InputError("no file that can be read", path=path, expected=KNOWN)
    return within


def _below(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files below a folder, in the order of their paths, each with its fault."""
    ahead, seen = [folder], set()
    while ahead:
        path = ahead.pop()
        try:
            about = path.stat()
            if not stat.S_ISDIR(about.st_mode):
                yield path, _fault(about)
            elif (about.st_dev, about.st_ino) not in seen and not _scored(path):
                seen.add((about.st_dev, about.st_ino))
                ahead.extend(sorted(path.iterdir(), reverse=True))
        except OSError as error:
            yield path, f"cannot be opened: {error.strerror}"


def _matching(pattern: Path) -> Iterator[tuple[Path, str]]:
    """Files that a pattern matches, in the order of their paths, each with its fault."""
    found = sorted(map(Path, _glob(str(pattern))))
    if not found:
        raise InputError("there is no such file, folder or pattern", path=pattern)
    for path in found:
        try:
            about = path.stat()
            if not (stat.S_ISDIR(about.st_mode) or _in_scored(path)):
                yield path, _fault(about)
        except OSError as error:
            yield path, f"cannot be opened: {error.strerror}"


def _fault(about: os.stat_result) -> str:
    """Why a file is not opened: reading a pipe may wait for ever."""
    return "" if stat.S_ISREG(about.st_mode) else "not a file: a pipe, socket or device"


def _told(path: Path) -> str:
    """The path in text, with bytes that are not UTF-8 replaced."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _scored(folder: Path) -> bool:
    """Whether a folder is a scored archive, finished or not: it is no archive of articles."""
    marks = ("manifest.json", ".progress/run.json")
    return (folder / "sentences").is_dir() and any((folder / mark).is_file() for mark in marks)


def _in_scored(path: Path) -> bool:
    return _scored(path.parent) or _scored(path.parent.parent)


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part with a wildcard."""
    parts = list(takewhile(lambda part: not glob.has_magic(part), pattern.parts))
    return Path(*parts)


def _glob(pattern: str) -> list[str]:
    return glob.glob(pattern, recursive=True)  # noqa: PTH207  (absolute patterns too)
