"""Headlines that give their claim to a speaker without a verb: "Kirby: no aid sent"."""

from __future__ import annotations

import re

from framescope.data.voice.attribution import Words
from framescope.data.voice.quotes import Quotation
from framescope.data.voice.table import english

_TABLE = english()
_LAST = re.compile(r"(?:\s[-–—]|:)\s((?:[\w'’.-]+\s){0,3}[\w'’.-]+)$")
_ACRONYM = re.compile(r"[A-Z]{2,6}$")
_LAST_NAME = re.compile(r"\s[-–—]\s?[A-Z][\w.'’]*(?:\s[A-Z][\w.'’]*){0,2}$")
_FIRST_NAME = re.compile(r"^([A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+)?)\s[-–—]\s(?=\S+ \S+ \S+)")
#: What follows the colon after a subject rather than a speaker.
_SUBJECT_AFTER = re.compile(
    r"(?:[Ww]hat|[Hh]ow|[Ww]hy|[Ww]ho|[Ww]here|[Ww]hen|[Ww]hich|an?|the|your|our|in)\b"
)
_FOLLOWING = re.compile(r"\s([a-z]+)")
_MOST_WORDS = 6


def claim_of(words: Words) -> tuple[int, int] | None:
    """The characters of a headline's claim that a speaker makes, None where none does."""
    outside = words.outside
    last = _LAST.search(outside)
    if last and (last[1].split()[-1].lower() in _TABLE.speakers or _ACRONYM.match(last[1])):
        return 0, last.start()
    if last := _LAST_NAME.search(outside):
        return 0, last.start()
    if first := _FIRST_NAME.match(outside):
        return None if first[1].lower() in _TABLE.places else (first.end(), len(outside))
    if any(_is_fragment(words.text, q) for q in words.quoted):
        return 0, len(outside)
    return _after_colon(outside)


def _is_fragment(text: str, q: Quotation) -> bool:
    """Somebody's word: ‘ready’ to host; not an epithet: ‘grave robber’ vessel."""
    following = _FOLLOWING.match(text, q.end + 1)
    epithet = following is not None and following[1] not in _TABLE.joints
    owned = text[: q.start - 1].rstrip().endswith(("'s", "’s"))
    return text[q.start : q.start + 1].islower() and not epithet and not owned


def _after_colon(text: str) -> tuple[int, int] | None:
    head, colon, rest = text.partition(": ")
    names = [name for word in head.split() if (name := word.strip(",'’•*").lower())]
    if not colon or not 0 < len(names) <= _MOST_WORDS or names[0] in _TABLE.headings:
        return None
    if _TABLE.speakers.isdisjoint(names) and " on " not in head:
        named = all(word[:1].isupper() for word in head.split()) and names[-1] not in _TABLE.places
        heading = not _TABLE.headings.isdisjoint(names) or _SUBJECT_AFTER.match(rest)
        if not named or heading:
            return None
    return len(head) + len(colon), len(text)
