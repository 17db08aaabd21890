"""Texts as sets of hashed word shingles, and when two of them count as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from framescope.data.checks.words import words_of

Shingles = NDArray[np.uint64]

#: Odd multiplier of a multiplicative hash: 2^64 over the golden ratio (Knuth 1998, vol. 3, 6.4).
_MIX = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(29)


@dataclass(frozen=True, slots=True)
class Measure:
    """When two texts count as near-duplicates (Broder 1997: resemblance and containment).

    Attributes:
        size: Words in a shingle.
        jaccard: Least |A ∩ B| / |A ∪ B| of their shingles; or
        containment: least |A ∩ B| / min(|A|, |B|), for a text that was cut or has a frame around
            it, where the smaller has at least
        contained: so many shingles.
        repeat: Least Jaccard similarity within one outlet, where two pieces of a series share
            headings and set phrases without being one.
        words: Shorter texts are no wire copy: headings of a series, page furniture.
        lead: Words at the start that are also looked up alone, since copy is cut from its end;
            0 for none.
    """

    size: int
    jaccard: float
    containment: float
    contained: int
    repeat: float
    words: int
    lead: int

    def alike(self, left: Shingles, right: Shingles, *, one_outlet: bool = False) -> float:
        """Jaccard similarity of two texts that count as one, 0 of others."""
        shared = len(np.intersect1d(left, right, assume_unique=True))
        smaller, union = min(len(left), len(right)), len(left) + len(right) - shared
        if one_outlet:
            return shared / union if union and shared >= self.repeat * union else 0.0
        resembles = shared >= self.jaccard * union
        holds = smaller >= self.contained and shared >= self.containment * smaller
        return shared / union if resembles or holds else 0.0


#: Trigrams of words hardly ever agree by chance; a third of them do in an edited agency piece. The
#: lead is a headline and the start of the text: pages of links take over the headline alone.
ARTICLES = Measure(
    size=3, jaccard=0.35, containment=0.8, contained=8, repeat=0.8, words=10, lead=24
)
SENTENCES = Measure(size=2, jaccard=0.6, containment=0.9, contained=12, repeat=0.8, words=8, lead=0)


@lru_cache(maxsize=500_000)
def _word_hash(word: str) -> int:
    return crc32(word.encode("utf-8", "replace"))


def shingles_of(words: Sequence[str], size: int) -> Shingles:
    """The distinct shingles of ``size`` words, hashed and sorted; none for fewer words.

    The hash is the same in every process, unlike Python's own.
    """
    codes = np.fromiter(map(_word_hash, words), np.uint64, len(words))
    count = max(0, len(codes) - size + 1)
    hashed = np.zeros(count, np.uint64)
    for offset in range(size):
        hashed = (hashed ^ codes[offset : offset + count]) * _MIX
        hashed ^= hashed >> _FOLD
    return np.unique(hashed)


@dataclass(frozen=True, slots=True)
class Sketchable:
    """Shingles of a whole text and of its lead; both empty where it is too short to compare."""

    whole: Shingles
    lead: Shingles


def sketchable(texts: Iterable[str], measure: Measure) -> list[Sketchable]:
    """What is to be sketched of each text."""
    return [_sketchable(words_of(text), measure) for text in texts]


def _sketchable(words: Sequence[str], measure: Measure) -> Sketchable:
    if len(words) < measure.words:
        words = ()
    whole = shingles_of(words, measure.size)
    if len(words) <= measure.lead or not measure.lead:
        return Sketchable(whole, whole)
    return Sketchable(whole, shingles_of(words[: measure.lead], measure.size))
