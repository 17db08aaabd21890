"""Articles in WARC files (ISO 28500), as crawlers and web archives keep pages.

fastwarc reads them: unlike warcio it bounds the headers, knows zstd (with dictionaries too) and
tells a broken record from the end of the file. Reading goes on at the next record after a fault.
"""

from __future__ import annotations

import gzip
import mmap
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

from framescope.data.articles.article import Article, Reject, admit
from framescope.data.articles.fields import outlet, published, verbatim
from framescope.data.articles.pages import LARGEST_PAGE, NoArticleError, read_page
from framescope.data.errors import InputError
from framescope.data.meter import MeteredFile

#: How a record begins: its own bytes, or those of the gzip member or zstd frame around it.
_STARTS = {
    ".gz": re.compile(rb"\x1f\x8b\x08"),
    ".zst": re.compile(rb"\x28\xb5\x2f\xfd"),
    ".warc": re.compile(rb"(?<=\n)WARC/\d"),
}
#: Broken records in a row after which the rest of a file counts as no WARC.
_MOST_BROKEN = 100
_CHUNK = 1024 * 1024
_HTML = ("text/html", "application/xhtml+xml")
#: Encodings of text that a server may name; Python knows others, some of them slow or no text.
_CHARSET = re.compile(
    r"utf-?8|(iso|windows|koi8|euc|gb|big5|shift)[\w-]*", re.ASCII | re.IGNORECASE
)


def read_warc(
    path: Path, name: str, _mapping: Mapping[str, tuple[str, ...]]
) -> Iterator[Article | Reject]:
    """One article for each successful response (status 200) that is an HTML page.

    Other records (requests, images, redirects, metadata) are no articles and are passed over.

    Raises:
        InputError: The file cannot be opened, or the extra ``warc`` is not installed.
    """
    start: int | None = 0
    broken = 0
    while start is not None:
        last = start
        try:
            for record in _records(path, start):
                last, broken = record.stream_pos, 0
                yield from _article(record, f"{name}@{last}")
            _require_whole(path, last)
            start = None
        except OSError as error:
            broken += 1
            start = _next_start(path, last) if broken < _MOST_BROKEN else None
            then = "the rest is not read" if start is None else f"read on at {start}"
            yield Reject(name, f"{name}@{last}", f"broken record here or after: {error}; {then}")


def _records(path: Path, start: int) -> Iterator[Any]:
    """Responses from a place in the file on, HTTP headers not yet read.

    Raises:
        InputError: The file cannot be opened, or fastwarc is not installed.
        OSError: A record is broken.
    """
    try:
        import fastwarc
    except ImportError as error:
        raise InputError("WARC needs: pip install 'framescope[warc]'", path=path) from error
    try:
        file = BufferedReader(MeteredFile(path))
    except OSError as error:
        raise InputError(error.strerror or str(error), path=path) from error
    with file:
        file.seek(start)
        for record in fastwarc.ArchiveIterator(file, parse_http=False):
            if not len(record.headers):
                raise OSError("it is cut short")
            if record.record_type == fastwarc.WarcRecordType.response and record.is_http:
                yield record


def _require_whole(path: Path, last: int) -> None:
    """Raise OSError if the last gzip member is cut short, which fastwarc takes for the end."""
    if path.suffix.lower() == ".gz":
        with path.open("rb") as file:
            file.seek(last)
            members = gzip.GzipFile(fileobj=file)
            try:
                while members.read(_CHUNK):
                    pass
            except (EOFError, zlib.error) as error:
                raise OSError(str(error)) from error


def _next_start(path: Path, after: int) -> int | None:
    """Where the next record after a place may begin."""
    begins = _STARTS.get(path.suffix.lower(), _STARTS[".warc"])
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = begins.search(content, after + 1)
        return found.start() if found else None


def _article(record: Any, place: str) -> Iterator[Article | Reject]:
    """The article of a response, a reject, or nothing where it is no page."""
    record.parse_http()
    headers, size = record.http_headers, record.content_length
    url = verbatim(record.headers.get("WARC-Target-URI")).strip("<>")
    if headers.status_code is None:
        yield Reject(url[:200], place, "broken HTTP headers")
    if headers.status_code != HTTPStatus.OK or not _is_html(record):
        return
    # One byte too few tells a record that is cut short, one too many a page that is too large.
    content = record.reader.read(min(size, LARGEST_PAGE + 1))
    if len(content) < min(size, LARGEST_PAGE + 1):
        raise OSError("the record is cut short")
    try:
        page = read_page(_text(_decoded(content, headers), record.http_charset), url)
    except NoArticleError as error:
        yield Reject(url[:200], place, str(error))
        return
    day = page.published or published(record.headers.get("WARC-Date"))
    number = verbatim(record.record_id) or place
    yield admit(Article(number, outlet("", url), day, url, page.title, page.text), place)


def _is_html(record: Any) -> bool:
    return (record.http_content_type or "").strip().lower() in _HTML


def _decoded(content: bytes, headers: Any) -> bytes:
    """The page without transfer and content encoding, no more than a byte too many of it.

    Some crawlers decode a page and keep its headers: what does not decode is taken as it is.
    """
    from fastwarc import stream_io

    readers: dict[str, Callable[[BytesIO], Any]] = {
        "gzip": stream_io.GzipReader, "x-gzip": stream_io.GzipReader,
        "deflate": partial(stream_io.GzipReader, zlib=True),
        "br": stream_io.BrotliReader, "zstd": stream_io.ZstdReader,
        "chunked": stream_io.ChunkedReader,
    }  # fmt: skip
    for header in ("Transfer-Encoding", "Content-Encoding"):
        reader = readers.get((headers.get(header) or "").strip().lower())
        try:
            content = reader(BytesIO(content)).read(LARGEST_PAGE + 1) if reader else content
        except OSError:
            continue
    return content


def _text(content: bytes, charset: str | None) -> bytes | str:
    """The page decoded as the server says, else as it is: then it tells its encoding itself."""
    try:
        return content.decode(charset) if charset and _CHARSET.fullmatch(charset) else content
    except (UnicodeDecodeError, LookupError):
        return content
