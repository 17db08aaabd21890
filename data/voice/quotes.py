"""Where the quotations of an article stand, also those that run over several sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at] in "'‘" and _ELISION.match(text, at):
        return False
    return (not before or before in " \t\n([—–-:/") and (not after.isspace() or text[at] == "«")


def _closes(text: str, at: int, opened: str) -> bool:
    after = text[at + 1 : at + 2]
    if opened in _SINGLE:  # else it is an apostrophe
        return not after.isalnum()
    return text[at] != opened or not (_opens(text, at) and after.isalnum())


def _scan(text: str, carried: str | None) -> tuple[list[Quotation], tuple[str, int] | None]:
    """The quotations of a sentence, and the mark left open at its end with where it stands."""
    found: list[Quotation] = []
    opened, start = carried, 0
    for match in _MARK.finditer(text):
        mark, at = match[0], match.start()
        if opened is None:
            if mark in _CLOSERS and _opens(text, at):
                opened, start = mark, at + 1
        elif mark in _CLOSERS[opened] and _closes(text, at, opened):
            found.append(Quotation(start, at, carried is not None and start == 0))
            opened = None
        elif mark == opened and at == 0:
            start = 1  # a new paragraph of a quotation opens it again
    return found, None if opened is None else (opened, start)


def quotations(sentences: Sequence[str]) -> list[list[Quotation]]:
    """The quotations of each sentence of one article, in order.

    An apostrophe, a mark of inches and a mark that is never closed open nothing.
    """
    result: list[list[Quotation]] = []
    carried: str | None = None
    for index, text in enumerate(sentences):
        found, left = _scan(text, carried)
        carried = None
        if left is not None and left[0] not in _SINGLE and _closed_later(sentences, index, left[0]):
            carried = left[0]
            found.append(Quotation(left[1], len(text), carried=True))
        result.append(found)
    return result


def _closed_later(sentences: Sequence[str], index: int, mark: str) -> bool:
    following = sentences[index + 1 : index + 1 + _LONGEST]
    return any(_scan(text, mark)[1] is None for text in following)
