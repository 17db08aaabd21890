"""One article a file: plain text as copied from a page, and HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from framescope.data.articles.article import Article, Reject, admit
from framescope.data.articles.fields import outlet
from framescope.data.articles.pages import LARGEST_PAGE, NoArticleError, read_page
from framescope.data.errors import InputError
from framescope.data.lines import open_bytes

#: Bytes of a text file; it holds one article.
_LARGEST_TEXT = 8 * 1024 * 1024
_LONGEST_TITLE = 300


def _content(path: Path, largest: int) -> bytes:
    with open_bytes(path) as stream:
        try:
            content = stream.read(largest + 1)
        except OSError as error:
            raise InputError(f"cannot read it: {error}", path=path) from error
    if len(content) > largest:
        raise InputError(f"larger than {largest // 2**20} MiB for one article", path=path)
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
    text = _utf8(path, _content(path, _LARGEST_TEXT))
    text = text.replace("\r\n", "\n").replace("\0", "\ufffd").strip()
    first, _, rest = text.partition("\n")
    title, text = (first.strip(), rest.strip()) if len(first) <= _LONGEST_TITLE else ("", text)
    yield admit(Article(name, outlet("", ""), None, "", title, text), name)


def read_html(
    path: Path, name: str, _mapping: Mapping[str, tuple[str, ...]]
) -> Iterator[Article | Reject]:
    """An HTML page as one article: main text, title, date and site as trafilatura finds them.

    Raises:
        InputError: The file cannot be read, or the extra ``html`` is not installed.
    """
    try:
        page = read_page(_content(path, LARGEST_PAGE))
    except NoArticleError as error:
        yield Reject(name, name, str(error))
        return
    site = outlet(page.site, page.url)
    yield admit(Article(name, site, page.published, page.url, page.title, page.text), name)
