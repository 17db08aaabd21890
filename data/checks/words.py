"""What is left of a text when case, punctuation and typography do not count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")
#: Signs inside a word: "Moscow's", "Moscow’s" and "Moscows" are one; so are soft hyphens.
_INSIDE = str.maketrans("", "", "'’‘ʼ`´\u00ad\u200b")

#: Shorter texts are mostly page furniture and formulas: only equality says anything there.
MIN_WORDS = 5
#: Characters in a gram: about a short word with its space, so that grams carry order too.
GRAM = 4


def plain(text: str) -> str:
    """The text in one Unicode form and without signs inside words; case is kept."""
    return unicodedata.normalize("NFKC", text).translate(_INSIDE)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, case folded; equal for texts that differ in case and punctuation."""
    return tuple(_WORD.findall(plain(text).casefold()))


def grams_of(words: Sequence[str]) -> frozenset[str]:
    """The character n-grams of the words joined by single spaces, one space at each end."""
    line = f" {' '.join(words)} "
    return frozenset(line[i : i + GRAM] for i in range(max(1, len(line) - GRAM + 1)))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """|A ∩ B| / |A ∪ B| of two sets that are not both empty."""
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared)


def containment(left: frozenset[str], right: frozenset[str]) -> float:
    """|A ∩ B| / min(|A|, |B|), the overlap coefficient: 1 when one set lies within the other."""
    return len(left & right) / min(len(left), len(right))
