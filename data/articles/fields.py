"""Cleaning single fields: markup in feed texts, dates in many dresses, outlets from addresses."""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from framescope.data.articles.article import UNKNOWN_OUTLET

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_LONE_SURROGATE = re.compile("[\ud800-\udfff\x00]")
#: ``20230918``, ``20230918T031500Z``, ``20230918031500``, as GDELT writes them.
_COMPACT_DATE = re.compile(r"(\d{8})(?:T\d{4,6}Z?|\d{6})?", re.ASCII)
_LONGEST_DATE = 100
OLDEST, NEWEST = 1800, 2200


def verbatim(value: Any) -> str:
    """A field as it is, NUL and lone surrogates replaced; lists of texts become paragraphs.

    Raises:
        ValueError: The field is neither text nor number.
    """
    if value is None or value != value:  # noqa: PLR0124  (NaN, as pandas writes a missing text)
        return ""
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(verbatim, value)))
    if not isinstance(value, str | int | float | date):
        raise ValueError(f"a field holds {type(value).__name__}, not text")  # noqa: TRY004
    text = str(value)
    if not text.isascii() or "\0" in text:
        text = _LONE_SURROGATE.sub("\ufffd", text)
    return text.strip()


def plain(value: Any) -> str:
    """A field as text, entities resolved and tags removed.

    Raises:
        ValueError: As ``verbatim``.
    """
    text = verbatim(value)
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return text.strip()


def without_title(title: str, text: str) -> str:
    """The text without a first line that repeats the title."""
    rest = text[len(title) :]
    if title and text.startswith(title) and (not rest or rest[0] in "\r\n"):
        return rest.lstrip()
    return text


def _parse(text: str) -> date:
    if compact := _COMPACT_DATE.fullmatch(text):
        return date.fromisoformat(compact[1])
    try:
        return date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError:
        return parsedate_to_datetime(text).date()


def published(value: Any) -> date | None:
    """A date from a date, a timestamp, ISO 8601 or RFC 822 text; None where it is none of these.

    Years outside 1800 to 2200 are mistakes of the archive and count as no date. Day-month order
    is never guessed: ``03/04/2023`` is no date.
    """
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        try:
            value = _parse(str(value)[:_LONGEST_DATE].strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return value if OLDEST <= value.year <= NEWEST else None


def outlet(name: str, url: str) -> str:
    """The outlet's name, else the host of the address, else ``unknown``.

    A name that is itself an address counts as that address.
    """
    if name.startswith(("http://", "https://")):
        name, url = "", name
    if name:
        return name
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return host.removeprefix("www.") or UNKNOWN_OUTLET
