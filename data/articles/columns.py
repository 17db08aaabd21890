"""Which column of a table is which field of an article."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from framescope.data.articles.article import Article, Reject
from framescope.data.articles.fields import outlet, plain, published, verbatim, without_title
from framescope.data.errors import InputError

#: Usual names of each field, the most telling first; letter case does not count.
USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "article_id", "guid", "uid", "uuid"),
    "outlet": ("outlet", "source", "publisher", "site", "domain", "media", "newspaper"),
    "published": ("published", "date", "published_at", "pubdate", "publish_date",
                  "publication_date", "datetime", "timestamp"),
    "url": ("url", "link", "href", "permalink"),
    "title": ("title", "headline"),
    "text": ("text", "content", "body", "maintext", "article", "full_text", "description",
             "summary"),
}  # fmt: skip
_EXCERPT = 200


def parse_mapping(options: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Read ``--column`` options such as ``text=content`` or ``text=lead+body``.

    Raises:
        InputError: An option is not ``FIELD=NAME`` with a field of an article.
    """
    mapping: dict[str, tuple[str, ...]] = {}
    for option in options:
        field, _, names = option.partition("=")
        if field not in USUAL_NAMES or not names:
            wish = f"FIELD=NAME with FIELD one of {', '.join(USUAL_NAMES)}"
            raise InputError(f"--column {option!r} is not understood", expected=wish)
        mapping[field] = tuple(names.split("+"))
    return mapping


def choose_columns(
    names: Iterable[str], mapping: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """For each field of an article the columns that fill it; texts of several are joined.

    Raises:
        InputError: A column named by the user is missing, or none holds text.
    """
    present = list(names)
    lowered = {name.strip().lower(): name for name in reversed(present)}
    chosen = dict(mapping)
    for field, usual in USUAL_NAMES.items():
        if field not in chosen:
            chosen[field] = tuple(lowered[n] for n in usual if n in lowered)[:1]
    missing = [n for columns in mapping.values() for n in columns if n not in present]
    wish = f"one of the columns found: {', '.join(present) or 'none'}"
    if missing:
        raise InputError(f"there is no column {missing[0]!r}", expected=wish)
    if not chosen["text"] and not chosen["title"]:
        raise InputError("no column looks like text", expected=f"--column text=NAME, {wish}")
    return chosen


def to_article(
    record: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]], place: str
) -> Article | Reject:
    """Build an article from a record; one without any text is a reject."""

    def field(name: str, read: Callable[[Any], str] = plain) -> str:
        return "\n\n".join(filter(None, (read(record.get(c)) for c in columns[name])))

    try:
        title, text, given_outlet = field("title"), field("text"), field("outlet")
        url, given_id = field("url", verbatim), field("id", verbatim)
    except ValueError as error:
        return Reject(excerpt(record), place, str(error))
    if not title and not text:
        return Reject(excerpt(record), place, "no text in the record")
    dates = [record.get(column) for column in columns["published"]]
    return Article(
        id=given_id or place,
        outlet=outlet(given_outlet, url),
        published=published(dates[0]) if dates else None,
        url=url,
        title=title,
        text=without_title(title, text),
    )


def excerpt(record: object) -> str:
    """The start of a record, for the list of rejects."""
    return str(record)[:_EXCERPT].encode("utf-8", "replace").decode()
