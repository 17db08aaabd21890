"""Pairs of sentences that are the same or almost the same, in one list or between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from framescope.data.checks.candidates import CandidateIndex
from framescope.data.checks.overlap import Overlap, Row, Text, compare, overlap
from framescope.data.checks.skeleton import fixed_words
from framescope.data.checks.words import MIN_WORDS

#: Sentences of the streamed side that are in memory at once.
_CHUNK = 4096


class _Index:
    """Distinct texts, found again by their words and by what resembles them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        copies: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.order):
            if row.words:
                copies[row.words].append(row)
        self.copies = dict(copies)
        self.long = [rows[0] for words, rows in copies.items() if len(words) >= MIN_WORDS]
        self._by_words = CandidateIndex([row.words for row in self.long])
        self._by_skeleton = CandidateIndex([fixed_words(row.skeleton) for row in self.long])

    def alike(self, rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
        """Each of ``rows`` after each indexed text that it resembles without being equal."""
        rows = [row for row in rows if len(row.words) >= MIN_WORDS]
        by_words = self._by_words.query([row.words for row in rows])
        by_skeleton = self._by_skeleton.query([fixed_words(row.skeleton) for row in rows])
        for row, *found in zip(rows, by_words, by_skeleton, strict=True):
            for index in found[0] | found[1]:
                if self.long[index].words != row.words:
                    yield self.long[index], row


def overlaps_within(texts: Iterable[Text]) -> list[Overlap]:
    """Pairs of one list that are the same or almost the same, ordered by ids.

    A row that is given twice (same id, same text) counts once. Of exact copies, the one with the
    smallest id stands for all: it is paired with each copy, and alone compared with other texts.
    ``left_id`` is the smaller id of a pair.
    """
    rows = [Row(id_, text) for id_, text in {(item.id, item.text) for item in texts}]
    index = _Index(rows)
    found = [
        overlap(first, copy, "exact", 1.0)
        for first, *more in index.copies.values()
        for copy in more
    ]
    for left, right in index.alike(index.long):
        if left.order < right.order and (verdict := compare(left, right)):
            found.append(overlap(left, right, *verdict))
    return sorted(found)


def _with_chunk(index: _Index, rows: Sequence[Row]) -> Iterator[Overlap]:
    for row in rows:
        if copies := index.copies.get(row.words):
            yield overlap(copies[0], row, "exact", 1.0)
    for left, right in index.alike(rows):
        if verdict := compare(left, right):
            yield overlap(left, right, *verdict)


def overlaps_between(left: Iterable[Text], right: Iterable[Text]) -> list[Overlap]:
    """Pairs of a text of ``left`` and one of ``right`` that are the same or almost the same.

    Args:
        left: The smaller side; it is indexed. Of exact copies the one with the smallest id counts.
        right: The larger side; it is read once, in chunks, so that memory does not grow with it.

    Returns:
        The pairs, ordered by ids; every row of ``right`` that overlaps is in one.
    """
    index = _Index(Row(item.id, item.text) for item in left)
    found: set[Overlap] = set()
    stream = (Row(item.id, item.text) for item in right)
    while chunk := list(islice(stream, _CHUNK)):
        found.update(_with_chunk(index, chunk))
    return sorted(found)
