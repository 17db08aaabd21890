"""Where the quotations of an article stand, also those that run over several sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

_MARK = re.compile("[\"“”„«»‘’']")
#: Signs that can close what a mark opened; the first stands for all of a kind.
_CLOSERS = {
    "“": "”\"", "„": "“”\"", "«": "»", "»": "«", '"': '"”', "”": "”", "‘": "’'", "'": "'’",
}  # fmt: skip
_SINGLE = "‘'"
#: Words that begin with an apostrophe.
_ELISION = re.compile(r"['’‘](?:\d0s|n['’]|em\b|til\b|tis\b|twas\b|cause\b|s\b)", re.IGNORECASE)
#: A quotation that is not closed within so many sentences was a stray mark.
_LONGEST = 12


class Quotation(NamedTuple):
    """Characters inside the marks; ``carried`` where it began or goes on in another sentence."""

    start: int
    end: int
    carried: bool = False


@dataclass(frozen=True, slots=True)
class _Scan:
    """Quotations of a sentence, and the mark left open at its end and where."""

    found: list[Quotation]
    left: tuple[str, int] | None


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at] in "'‘" and _ELISION.match(text, at):
        return False
    return (not before or before in " \t\n([—–-:/") and (not after.isspace() or text[at] == "«")


def _closes(text: str, at: int, opened: str) -> bool:
    after = text[at + 1 : at + 2]
    if opened in _SINGLE:  # else it is an apostrophe
        return not after.isalnum()
    return at > 0 or not after.isalnum()


def _scan(text: str, carried: str | None) -> _Scan:
    found: list[Quotation] = []
    opened, start = carried, 0
    for match in _MARK.finditer(text):
        mark, at = match[0], match.start()
        if opened is None:
            if mark in _CLOSERS and mark != "’" and _opens(text, at):
                opened, start = mark, at + 1
        elif mark in _CLOSERS[opened] and _closes(text, at, opened):
            if not (mark == opened and _opens(text, at) and text[at + 1 : at + 2].isalnum()):
                found.append(Quotation(start, at, carried is not None and start == 0))
                opened = None
        elif mark == opened and found == [] and at == 0:
            start = 1  # a new paragraph of a quotation opens it again
    return _Scan(found, None if opened is None else (opened, start))


def quotations(sentences: Sequence[str]) -> list[list[Quotation]]:
    """The quotations of each sentence of one article, in order.

    An apostrophe, a mark of inches and a mark that is never closed open nothing.
    """
    result: list[list[Quotation]] = []
    carried: str | None = None
    for index, text in enumerate(sentences):
        if carried is None and not _MARK.search(text):
            result.append([])
            continue
        scan, found = _scan(text, carried), []
        found += scan.found
        was, carried = carried, None
        if scan.left is not None:
            mark, start = scan.left
            if mark not in _SINGLE and (was or _closed_later(sentences, index, mark)):
                carried = mark
                found.append(Quotation(start, len(text), carried=True))
        result.append(found)
    return result


def _closed_later(sentences: Sequence[str], index: int, mark: str) -> bool:
    for text in sentences[index + 1 : index + 1 + _LONGEST]:
        if _scan(text, mark).left is None:
            return True
        if not any(sign in text for sign in _CLOSERS[mark]):
            continue
    return False
