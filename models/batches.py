"""Batches of texts of like length, so that little is computed on padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def token_batches(lengths: Sequence[int], *, budget: int) -> Iterator[list[int]]:
    """Indices grouped by length, longest first, each group within a budget of padded tokens.

    Args:
        lengths: Number of tokens of each text.
        budget: Most tokens in a batch, padding counted; one text alone may exceed it.
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    start = 0
    while start < len(order):
        size = max(1, budget // max(1, lengths[order[start]]))
        yield order[start : start + size]
        start += size


def padded(tokens: Sequence[list[int]], padding: int) -> tuple[Ints, Ints]:
    """Token ids and attention mask of texts, both of shape (n, greatest length)."""
    shape = len(tokens), max(map(len, tokens))
    ids, mask = np.full(shape, padding, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, found in enumerate(tokens):
        ids[row, : len(found)] = found
        mask[row, : len(found)] = 1
    return ids, mask
