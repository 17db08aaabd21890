"""Cutting an article into sentences, with offsets.

Lines are cut first (headlines, captions and page furniture stand on lines of their own), then
sentencex cuts each line; what it gets wrong in news text is mended here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import sentencex

#: A line break inside a sentence: hard-wrapped text goes on in lower case.
_BREAK = re.compile(r"\n\s*\n|\n(?![^\S\n]*[a-z(,;])")
#: Ends that sentencex joins: before an opening quotation, and after an ellipsis.
_MISSED = re.compile(r"(?:[.!?]|…|\.\.\.)[\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z])")
#: Sentences glued together where a page's markup was lost ("… sanctions.Advertisement").
_GLUED = re.compile(r"(?<=[a-z\d]{2})[.!?][\"”’]?(?=[A-Z][a-z]+(?:[ ,'’]|$))")
_INSIDE_TOKEN = re.compile(r"[.!?](?=[A-Za-z])")
#: Abbreviations before which nothing ends, whatever follows.
_TITLES = r"Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Sgt|Capt|Cmdr|Adm|Sen|Rep|Gov|Rev|St|Mt|Ft"
#: A full stop that ends no sentence, beyond those that sentencex knows.
_NO_END = re.compile(
    rf"\b(?:[A-Z]|{_TITLES}|Jr|Sr|No|vs|v|[ap]\.m|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    r"|Co|Corp|Inc|Ltd|al|cf|e\.g|i\.e)\.$"
)
#: Places where sentencex cuts wrongly: after a title, between initials, between hour and day.
_WRONG_CUT = re.compile(
    rf"\b(?:(?:{_TITLES})\.\s+(?=[A-Z])|[A-Z]\.\s+(?=[A-Z]\.)"
    r"|[ap]\.m\.\s+(?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{2,4}\b))"
)


_LONGEST_ABBREVIATION = 12


class Span(NamedTuple):
    """Start and end of a sentence in characters of the text, end excluded."""

    start: int
    end: int


def _pieces(text: str, start: int, end: int, boundary: re.Pattern[str]) -> Iterator[Span]:
    position = start
    for match in boundary.finditer(text, start, end):
        # Only the word before the stop counts: looking further back would be quadratic.
        word = max(position, match.start() - _LONGEST_ABBREVIATION)
        if not _NO_END.search(text, word, match.start() + 1):
            yield Span(position, match.end())
            position = match.end()
    yield Span(position, end)


def _lines(text: str) -> Iterator[Span]:
    position = 0
    for match in _BREAK.finditer(text):
        yield Span(position, match.start())
        position = match.end()
    yield Span(position, len(text))


def _cut(line: str, language: str) -> list[Span]:
    """Sentences of one line: sentencex, wrong cuts joined, missed and glued ends cut."""
    wrong = {match.end() for match in _WRONG_CUT.finditer(line)}
    joined: list[Span] = []
    for found in sentencex.get_sentence_boundaries(language, line):
        span = Span(found["start_index"], found["end_index"])
        # A cut inside a token ("Censor.NET") is left to _GLUED, which asks for a word after it.
        inside = span.start and _INSIDE_TOKEN.match(line, span.start - 1)
        if joined and (inside or span.start in wrong):
            span = Span(joined.pop().start, span.end)
        joined.append(span)
    missed = [p for s in joined for p in _pieces(line, s.start, s.end, _MISSED)]
    return [p for s in missed for p in _pieces(line, s.start, s.end, _GLUED)]


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def segment(text: str, language: str = "en") -> list[Span]:
    """Cut a text into sentences.

    Args:
        text: The text of one article; line breaks part headlines, captions and paragraphs.
        language: ISO 639-1 code, for the abbreviations that sentencex knows.

    Returns:
        Spans in order, without overlap and without white space at their ends; every character
        that is not white space lies in exactly one of them.
    """
    spans: list[Span] = []
    for line in _lines(text):
        for piece in _cut(text[line.start : line.end], language):
            span = _trim(text, line.start + piece.start, line.start + piece.end)
            if span.end > span.start:
                spans.append(span)
    return spans
