"""Which texts are worth comparing: MinHash and locality-sensitive hashing over word pairs.

A. Broder, "On the resemblance and containment of documents" (1997): two texts agree in one
permutation of MinHash with a probability equal to the Jaccard similarity J of their sets, so they
meet in one of b bands of r rows with probability 1 - (1 - J^r)^b (Leskovec, Rajaraman & Ullman,
"Mining of Massive Datasets", 3.4). With r = 2 and b = 64 that is 0.94 at J = 0.21 and 0.003 at J =
0.007, where unrelated sentences lie.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rensa import RMinHash, RMinHashLSH

_BANDS = 64
_PERMUTATIONS = 2 * _BANDS
_SEED = 20

#: Words of a window. Long texts are cut into half-overlapping windows: within one window a
#: contained clause keeps a Jaccard similarity that the bands can see.
_WINDOW = 24


def _windows(words: Sequence[str]) -> Iterator[Sequence[str]]:
    step = _WINDOW // 2
    for start in range(0, max(1, len(words) - step), step):
        yield words[start : start + _WINDOW]


def _sketches(texts: Sequence[Sequence[str]]) -> tuple[list[RMinHash], list[int]]:
    """The sketches of all windows, and for each the index of its text."""
    pairs, owners = [], []
    for owner, words in enumerate(texts):
        for window in _windows(words):
            pairs.append([f"{a} {b}" for a, b in pairwise(window)])
            owners.append(owner)
    return RMinHash.from_token_sets(pairs, _PERMUTATIONS, _SEED), owners


class CandidateIndex:
    """Texts, as sequences of words, that can be asked which of them may resemble another.

    Args:
        texts: The indexed texts; those of fewer than two words are never found.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        sketches, self._owners = _sketches(texts)
        # The threshold is unused by insert and query: bands and permutations set the curve.
        self._lsh = RMinHashLSH(0.5, _PERMUTATIONS, _BANDS)
        self._lsh.insert_many(sketches)

    def query(self, texts: Sequence[Sequence[str]]) -> list[set[int]]:
        """For each text the indices of the indexed texts that may resemble it."""
        sketches, owners = _sketches(texts)
        found: list[set[int]] = [set() for _ in texts]
        for owner, keys in zip(owners, self._lsh.query_all(sketches), strict=True):
            found[owner].update(self._owners[key] for key in keys)
        return found
