"""Whole documents drawn with replacement: sentences of one document are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def document_codes(groups: Sequence[str]) -> NDArray[np.int64]:
    """The documents of n sentences as numbers from 0, shape (n,)."""
    return np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)[1]


def document_weights(documents: int, *, draws: int, seed: int) -> NDArray[np.float64]:
    """How often each document is drawn, shape (draws, documents); a row adds up to ``documents``.

    The bootstrap (Efron 1979), with weights in place of copies.
    """
    random = np.random.default_rng(seed)
    drawn = random.multinomial(documents, np.full(documents, 1 / documents), size=draws)
    return drawn.astype(np.float64)
