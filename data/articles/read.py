"""From paths to a stream of articles and rejects."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from framescope.data.articles.article import Article, Reject
from framescope.data.articles.documents import read_html, read_text
from framescope.data.articles.tables import read_csv, read_jsonl, read_parquet
from framescope.data.errors import InputError
from framescope.data.lines import STDIN

Reader = Callable[[Path, str, Mapping[str, tuple[str, ...]]], Iterator[Article | Reject]]

READERS: dict[str, Reader] = {
    ".jsonl": read_jsonl, ".ndjson": read_jsonl, ".csv": read_csv, ".tsv": read_csv,
    ".parquet": read_parquet, ".txt": read_text, ".html": read_html, ".htm": read_html,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path, its name in places and ids, and whether the user named it."""

    path: Path
    name: str
    named: bool

    @property
    def reader(self) -> Reader | None:
        """The reader for the file's name; standard input is JSONL."""
        if self.path == STDIN:
            return read_jsonl
        packed = self.path.suffix.lower() == ".gz"
        suffix = Path(self.path.stem if packed else self.path.name).suffix.lower()
        return None if packed and suffix == ".parquet" else READERS.get(suffix)


def find_sources(inputs: Iterable[str | Path]) -> list[Source]:
    """Files behind paths, folders (searched in depth) and globs, each once, in a fixed order.

    Raises:
        InputError: A path matches nothing, or a folder holds no file of a known format.
    """
    sources: dict[Path, Source] = {}
    for given in inputs:
        for source in _sources_of(Path(given)):
            key = source.path if source.path == STDIN else source.path.resolve()
            sources.setdefault(key, source)
    names = Counter(source.name for source in sources.values())
    # Names stand in ids and places: files of one name are told apart by their whole path.
    return [
        replace(source, name=source.path.as_posix()) if names[source.name] > 1 else source
        for source in sources.values()
    ]


def _sources_of(path: Path) -> list[Source]:
    if path == STDIN or path.is_file():
        return [Source(path, path.name, named=True)]
    root = path if path.is_dir() else _fixed_part(path)
    found = sorted(path.rglob("*")) if path.is_dir() else sorted(map(Path, _glob(str(path))))
    if not found and not path.is_dir():
        raise InputError("there is no such file, folder or pattern", path=path)
    within = [Source(p, _name(p, root), False) for p in found if p.is_file() and not _scored(p)]
    if not any(source.reader for source in within):
        raise InputError("no file that can be read", path=path, expected=_known())
    return within


def _name(path: Path, root: Path) -> str:
    """The path below the root, with bytes that are not UTF-8 replaced."""
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")


def _scored(path: Path) -> bool:
    """Whether a file is part of a scored archive, also an unfinished one: it is no input."""
    marks = ("manifest.json", ".progress/run.json")
    folders = [f for f in (path.parent, path.parent.parent) if (f / "sentences").is_dir()]
    return any((folder / mark).is_file() for folder in folders for mark in marks)


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part with a wildcard."""
    parts = list(takewhile(lambda part: not glob.has_magic(part), pattern.parts))
    return Path(*parts)


def _glob(pattern: str) -> list[str]:
    return glob.glob(pattern, recursive=True)  # noqa: PTH207  (absolute patterns too)


def _known() -> str:
    return ", ".join(READERS) + "; all but .parquet also .gz"


def read_articles(
    sources: Iterable[Source], mapping: Mapping[str, tuple[str, ...]]
) -> Iterator[Article | Reject]:
    """Stream the articles of all sources; what gives none becomes a reject with its reason.

    Raises:
        InputError: A file that the user named cannot be read. One that was merely found in a
            folder or by a pattern is rejected instead, and the rest goes on.
    """
    for source in sources:
        if source.reader is None:
            if source.named:
                raise InputError("unknown format", path=source.path, expected=_known())
            yield Reject(source.name, source.name, "unknown format")
            continue
        try:
            yield from source.reader(source.path, source.name, mapping)
        except InputError as error:
            if source.named:
                raise
            yield Reject(source.name, source.name, str(error))
