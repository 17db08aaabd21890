"""What an HTML page says: its article, without navigation, advertisements and the like."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from framescope.data.articles.fields import published, verbatim, without_title
from framescope.data.errors import InputError

#: Bytes of a page.
LARGEST_PAGE = 4 * 1024 * 1024
#: Tags of a page; what it takes to find the article grows with their square.
_MOST_TAGS = 50_000


class NoArticleError(ValueError):
    """A page in which no article was found, and why."""


@dataclass(frozen=True, slots=True)
class Page:
    """The article of a page, and what the page says of itself."""

    title: str
    text: str
    published: date | None
    site: str
    url: str


def read_page(content: bytes | str, url: str | None = None) -> Page:
    """The article of a page as trafilatura finds it.

    Args:
        content: The page; if it is bytes, its encoding is told from them.
        url: Where it comes from, if that is known.

    Raises:
        InputError: The extra ``html`` is not installed.
        NoArticleError: The page holds none, or is too large to look for one.
    """
    try:
        import trafilatura
    except ImportError as error:
        raise InputError("HTML needs: pip install 'framescope[html]'") from error
    # A fault becomes a reject; it is not told on the terminal as well.
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    if len(content) > LARGEST_PAGE:
        raise NoArticleError(f"a page larger than {LARGEST_PAGE // 2**20} MiB")
    if (content.count("<") if isinstance(content, str) else content.count(b"<")) > _MOST_TAGS:
        raise NoArticleError(f"a page of more than {_MOST_TAGS:,} tags")
    try:
        page = trafilatura.bare_extraction(
            content, url=url, with_metadata=True, include_comments=False
        )
    except Exception as error:  # whatever a strange page makes a parser raise
        raise NoArticleError(f"trafilatura failed: {error!r:.200}") from error
    if page is None or not page.text:
        raise NoArticleError("no article text found in the page")
    title = verbatim(page.title)
    text = without_title(title, verbatim(page.text)).strip()
    address = url or verbatim(page.url)
    return Page(title, text, published(page.date), verbatim(page.sitename), address)
