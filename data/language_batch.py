"""The language identifier over many texts at once: the same probabilities, several times faster.

It follows py3langid's steps (an automaton over bytes, then naive Bayes), all texts one byte at a
time, where the package goes text by text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Ints = NDArray[np.int64]


class BatchIdentifier:
    """Probabilities of languages for texts of like length.

    Args:
        identifier: py3langid's ``LanguageIdentifier`` with ``norm_probs``.

    Attributes:
        labels: The languages, in the order of their probabilities.
    """

    def __init__(self, identifier: Any) -> None:
        self._encode = identifier._encode
        self._next = np.asarray(identifier.tk_nextmove).astype(np.int64)
        self._row = np.asarray(identifier.tk_row).astype(np.int64) << 8
        self._feature = np.asarray(identifier.tk_output, dtype=np.int64)
        self._weights = np.asarray(identifier.nb_ptc, dtype=np.float32)
        # A language may have several classes.
        self.labels: list[str] = identifier.labels
        names = np.array(identifier.nb_classes)[:, None]
        self._merged = (names == np.array(self.labels)).astype(np.float32)
        self._prior = np.asarray(identifier.nb_pc, dtype=np.float32)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities of n texts, shape (n, labels)."""
        encoded = [self._encode(text) for text in texts]
        counts = self._counts(encoded)
        counts.data = np.log1p(counts.data)
        known = np.diff(counts.indptr) > 0
        scores = counts @ self._weights + self._prior * known[:, None]
        scores /= np.sqrt([[max(len(text), 1)] for text in encoded]).astype(np.float32)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        scores /= scores.sum(axis=1, keepdims=True)
        return np.asarray(scores @ self._merged, dtype=np.float32)

    def _counts(self, encoded: Sequence[bytes]) -> csr_matrix:
        """How often each feature occurs in n texts, shape (n, features)."""
        lengths = np.array([len(text) for text in encoded])
        order = np.argsort(-lengths, kind="stable")
        padded = b"".join(encoded[i].ljust(lengths.max(), b"\0") for i in order.tolist())
        letters = np.frombuffer(padded, np.uint8).reshape(len(encoded), -1).T.astype(np.int64)
        # Longest first: at each place those that still have a byte are in front.
        running = len(lengths) - np.searchsorted(np.sort(lengths), np.arange(len(letters)), "right")
        found = np.full(letters.shape, -1)
        state = np.zeros(len(encoded), np.int64)
        for place, n in enumerate(running.tolist()):
            state[:n] = self._next[self._row[state[:n]] + letters[place, :n]]
            found[place, :n] = self._feature[state[:n]]
        places, text = np.nonzero(found >= 0)
        ones = np.ones(len(text), np.float32)
        shape = len(encoded), len(self._weights)
        return csr_matrix((ones, (order[text], found[places, text])), shape)
