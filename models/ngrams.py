"""Finding the n-grams of a vocabulary in one pass over the arrays of a whole batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_SYMBOL_BITS = 32
#: No symbol: what begins before the end of a sequence goes no further.
_END = -1


class Words:
    """A batch of n texts cut at white space.

    Attributes:
        distinct: The distinct words, in lower case.
        numbers: Which of them stands where, over all texts.
        ends: Where in ``numbers`` each text begins, and the last one ends; shape (n + 1,).
    """

    def __init__(self, texts: Sequence[str]) -> None:
        number: defaultdict[str, int] = defaultdict()
        number.default_factory = number.__len__
        rows = [list(map(number.__getitem__, text.lower().split())) for text in texts]
        self.numbers = np.fromiter(chain.from_iterable(rows), np.int64)
        self.ends = np.cumsum([0, *map(len, rows)])
        self.distinct = list(number)


class NgramTable:
    """A trie over sequences of whole numbers, one sorted array of edges for each length.

    Args:
        terms: Sequences padded with zeros at their end, shape (V, longest); their row is their
            column in the counts.
        lengths: Their lengths, shape (V,).
    """

    def __init__(self, terms: Ints, lengths: Ints) -> None:
        self._levels: list[tuple[Ints, Ints]] = []
        node = np.zeros(len(terms), np.int64)
        for depth in range(terms.shape[1]):
            rows = np.flatnonzero(lengths > depth)
            edges, child = np.unique(_edge(node[rows], terms[rows, depth]), return_inverse=True)
            node[rows] = child
            columns = np.full(len(edges), -1)
            whole = lengths[rows] == depth + 1
            columns[child[whole]] = rows[whole]
            self._levels.append((edges, columns))

    def find(self, sequence: Ints) -> tuple[Ints, Ints]:
        """Where in a sequence terms begin, and their columns; terms overlap."""
        padded = np.append(sequence, np.full(len(self._levels), _END))
        found = list(self._walk(padded, np.arange(len(sequence))))
        places, columns = zip(*found, strict=True)
        return np.concatenate(places), np.concatenate(columns)

    def _walk(self, padded: Ints, place: Ints) -> Iterator[tuple[Ints, Ints]]:
        node = np.zeros(len(place), np.int64)
        for depth, (edges, columns) in enumerate(self._levels):
            edge = _edge(node, padded[place + depth])
            child = pc.index_in(pa.array(edge), value_set=pa.array(edges)).fill_null(-1).to_numpy()
            known = child >= 0
            place, node = place[known], child[known].astype(np.int64)
            column = columns[node]
            ends_here = column >= 0
            yield place[ends_here], column[ends_here]


def _edge(node: Ints, symbol: Ints) -> Ints:
    return (node << _SYMBOL_BITS) | symbol
