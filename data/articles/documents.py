"""One article a file: plain text as copied from a page, and HTML."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from framescope.data.articles.article import Article, Reject
from framescope.data.articles.fields import outlet, published, without_title
from framescope.data.errors import InputError
from framescope.data.lines import open_bytes

#: A file that holds one article is not larger than this (bytes, decompressed).
LARGEST = 32 * 1024 * 1024
_LONGEST_TITLE = 300


def _content(path: Path) -> bytes:
    with open_bytes(path) as stream:
        try:
            content = stream.read(LARGEST + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as error:
            raise InputError(f"cannot read it: {error}", path=path) from error
    if len(content) > LARGEST:
        raise InputError(f"larger than {LARGEST // 2**20} MiB for one article", path=path)
    if not content.strip():
        raise InputError("the file is empty", path=path)
    return content


def _utf8(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8 text", path=path, row=row) from error


def read_text(
    path: Path, name: str, _mapping: Mapping[str, tuple[str, ...]]
) -> Iterator[Article | Reject]:
    """A text file as one article; a short first line is its title."""
    text = _utf8(path, _content(path)).replace("\r\n", "\n").replace("\0", "\ufffd").strip()
    first, _, rest = text.partition("\n")
    title, text = (first.strip(), rest.strip()) if len(first) <= _LONGEST_TITLE else ("", text)
    yield Article(name, outlet("", ""), None, "", title, text)


def read_html(
    path: Path, name: str, _mapping: Mapping[str, tuple[str, ...]]
) -> Iterator[Article | Reject]:
    """An HTML page as one article: main text, title, date and site as trafilatura finds them.

    Raises:
        InputError: The file cannot be read, or the extra ``html`` is not installed.
    """
    try:
        import trafilatura
    except ImportError as error:
        raise InputError("HTML needs: pip install 'framescope[html]'", path=path) from error

    page = trafilatura.bare_extraction(_content(path), with_metadata=True, include_comments=False)
    if page is None or not page.text:
        yield Reject(name, name, "no article text found in the page")
        return
    title, url = page.title or "", page.url or ""
    text = without_title(title, page.text).strip()
    yield Article(name, outlet(page.sitename or "", url), published(page.date), url, title, text)
