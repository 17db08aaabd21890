"""Which column of a table is which field of an article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from framescope.data.articles.article import Article, Reject, admit
from framescope.data.articles.fields import outlet, plain, published, verbatim, without_title
from framescope.data.errors import InputError

#: For each field its alternatives; the first that is not empty counts. One alternative is one
#: column, or several that are joined.
Columns = Mapping[str, tuple[tuple[str, ...], ...]]

#: Usual names of each field, the most telling first: those of feeds, of NewsAPI, GDELT, Media
#: Cloud, NELA-GT, CC-News, news-please, Webz.io, ProQuest and the Guardian's and New York Times'
#: interfaces. Letter case, spaces, hyphens and underscores do not count; a dot leads into an
#: object within the record.
USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "articleid", "guid", "uid", "uuid", "storiesid", "gkgrecordid"),
    "outlet": ("outlet", "source", "source.name", "source.title", "publisher", "publisher.name",
               "publication", "newspaper", "media", "medianame", "sourcename", "sourcecommonname",
               "outletname", "pubtitle", "thread.site", "sitename", "site", "sourcedomain",
               "domain", "hostname"),
    "published": ("published", "publishedat", "datepublished", "publisheddate", "publishdate",
                  "publicationdate", "datepublish", "pubdate", "webpublicationdate", "date",
                  "datetime", "timestamp", "seendate"),
    "url": ("url", "link", "href", "permalink", "weburl", "articleurl", "documentidentifier",
            "documenturl"),
    "title": ("title", "headline", "webtitle", "headline.main", "fields.headline"),
    "text": ("text", "content", "content.text", "body", "body.text", "maintext", "article",
             "article.text", "fulltext", "articletext", "bodytext", "fields.bodytext",
             "textcontent", "storytext", "description", "desc", "summary", "abstract", "snippet"),
}  # fmt: skip
_SEPARATORS = re.compile(r"[\s_-]")
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


def choose_columns(names: Iterable[str], mapping: Mapping[str, tuple[str, ...]]) -> Columns:
    """For each field of an article the columns that fill it.

    Args:
        names: Columns that are there; ``a.b`` for a column within a column.
        mapping: Columns named by the user, joined where there are several.

    Raises:
        InputError: A column named by the user is missing, or none holds text.
    """
    present = list(names)
    usual = {_SEPARATORS.sub("", name.lower()): name for name in reversed(present)}
    chosen: dict[str, tuple[tuple[str, ...], ...]] = {
        field: tuple((usual[name],) for name in known if name in usual)
        for field, known in USUAL_NAMES.items()
    }
    chosen |= {field: (columns,) for field, columns in mapping.items()}
    missing = [n for columns in mapping.values() for n in columns if n not in present]
    wish = f"one of the columns found: {', '.join(present) or 'none'}"
    if missing:
        raise InputError(f"there is no column {missing[0]!r}", expected=wish)
    if not chosen["text"] and not chosen["title"]:
        raise InputError("no column looks like text", expected=f"--column text=NAME, {wish}")
    return chosen


def names_within(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The record's columns, those of objects within it as ``source.name``, one level down."""
    return tuple(
        name
        for key, value in record.items()
        for name in ((f"{key}.{k}" for k in value) if isinstance(value, dict) else (key,))
    )


def to_article(record: Mapping[str, Any], columns: Columns, place: str) -> Article | Reject:
    """Build an article from a record; one without any text is a reject."""
    try:
        title, text = _first(record, columns["title"]), _first(record, columns["text"])
        url, given_id = (_aside(record, columns, name, verbatim) for name in ("url", "id"))
        given_outlet = _aside(record, columns, "outlet", plain)
    except ValueError as error:
        return Reject(excerpt(record), place, str(error))
    if not title and not text:
        return Reject(excerpt(record), place, "no text in the record")
    text = without_title(title, text)
    day = _date(record, columns["published"])
    return admit(
        Article(given_id or place, outlet(given_outlet, url), day, url, title, text), place
    )


def _first(
    record: Mapping[str, Any],
    alternatives: tuple[tuple[str, ...], ...],
    read: Callable[[Any], str] = plain,
) -> str:
    for names in alternatives:
        found = [text for name in names if (text := read(_value(record, name)))]
        if found:
            return "\n\n".join(found)
    return ""


def _aside(
    record: Mapping[str, Any], columns: Columns, field: str, read: Callable[[Any], str]
) -> str:
    """A field beside the text: a column that only looks like it by name may hold anything."""
    for names in columns[field]:
        try:
            if found := _first(record, (names,), read):
                return found
        except ValueError:
            if _SEPARATORS.sub("", names[0].lower()) not in USUAL_NAMES[field]:
                raise  # the user named it
    return ""


def _date(record: Mapping[str, Any], alternatives: tuple[tuple[str, ...], ...]) -> date | None:
    for names in alternatives:
        if (day := published(_value(record, names[0]))) is not None:
            return day
    return None


def _value(record: Any, name: str) -> Any:
    """The value of a column, or of ``a.b`` the value b of the object a."""
    if name in record:
        return record[name]
    for part in name.split("."):
        record = record.get(part) if isinstance(record, dict) else None
    return record


def excerpt(record: object) -> str:
    """The start of a record, for the list of rejects."""
    return str(record)[:_EXCERPT].encode("utf-8", "replace").decode()
