"""From files to a stream of articles and rejects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from framescope.data.articles.article import Article, Reject
from framescope.data.articles.sources import KNOWN, Source, find_sources
from framescope.data.errors import InputError

__all__ = ["Source", "find_sources", "read_articles"]


def read_articles(
    sources: Iterable[Source], mapping: Mapping[str, tuple[str, ...]]
) -> Iterator[Article | Reject]:
    """Stream the articles of all sources; what gives none becomes a reject with its reason.

    Raises:
        InputError: A file that the user named cannot be read. One that was merely found in a
            folder or by a pattern is rejected instead, and the rest goes on.
    """
    for source in sources:
        if source.fault:
            yield Reject(source.name, source.name, source.fault)
            continue
        if source.reader is None:
            if source.named:
                raise InputError("unknown format", path=source.path, expected=KNOWN)
            yield Reject(source.name, source.name, "unknown format")
            continue
        try:
            with source.local() as path:
                yield from source.reader(path, source.name, mapping)
        except InputError as error:
            if source.named:
                raise
            # The path may hold bytes that are no text; a reject is written as text.
            reason = str(error).encode("utf-8", "replace").decode()
            yield Reject(source.name, source.name, reason)
