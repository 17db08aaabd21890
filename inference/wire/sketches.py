"""MinHash sketches cut into bands: texts that agree in one are worth comparing.

A. Broder, "On the resemblance and containment of documents" (1997); Leskovec, Rajaraman & Ullman,
"Mining of Massive Datasets", 3.4: two texts of Jaccard similarity J agree in one of b bands of r
rows with probability 1 - (1 - J^r)^b. With r = 3 and b = 48 that is 0.998 at J = 0.5, 0.88 at
J = 0.35, and 0.006 at J = 0.05, above what unrelated texts have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from framescope.inference.wire.shingles import Measure, Shingles, Sketchable, sketchable

Keys = NDArray[np.uint32]

_BANDS, _ROWS = 48, 3
_SEED = 20
#: Texts that are in memory at once.
_CHUNK = 4096
_MIX = np.uint64(0x9E3779B97F4A7C15)
#: The key of a text without shingles; it never meets another.
NO_KEY = np.uint32(0)


def keys_of(texts: Iterable[str], measure: Measure) -> Keys:
    """The band keys of n texts, read once: shape (n, bands), or (n, 2 · bands) with a lead.

    They take 192 or 384 bytes a text; the texts themselves are not kept.
    """
    chunks = [_chunk_keys(chunk, measure) for chunk in _chunks(texts, measure)]
    width = _BANDS * (2 if measure.lead else 1)
    return np.concatenate(chunks) if chunks else np.zeros((0, width), np.uint32)


def _chunks(texts: Iterable[str], measure: Measure) -> Iterator[list[Sketchable]]:
    stream = iter(texts)
    while chunk := list(islice(stream, _CHUNK)):
        yield sketchable(chunk, measure)


def _chunk_keys(chunk: Sequence[Sketchable], measure: Measure) -> Keys:
    whole = _band_keys([text.whole for text in chunk])
    if not measure.lead:
        return whole
    return np.hstack([whole, _band_keys([text.lead for text in chunk])])


def _band_keys(sets: Sequence[Shingles]) -> Keys:
    offsets = np.cumsum([0, *map(len, sets)], dtype=np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(
        np.concatenate(sets), offsets, _BANDS * _ROWS, _SEED
    )
    rows = np.array(matrix.to_rows(), np.uint64).reshape(len(sets), _BANDS, _ROWS)
    mixed = np.zeros(rows.shape[:2], np.uint64)
    for row in range(_ROWS):
        mixed = (mixed ^ rows[:, :, row]) * _MIX
        mixed ^= mixed >> np.uint64(32)
    keys = np.maximum(mixed.astype(np.uint32), 1)
    keys[[len(shingles) == 0 for shingles in sets]] = NO_KEY
    return keys


def shared_keys(keys: Keys) -> NDArray[np.bool_]:
    """Which keys another text has in the same band, shape of ``keys``."""
    shared = np.zeros(keys.shape, bool)
    for band in range(keys.shape[1]):
        _, inverse, counts = np.unique(keys[:, band], return_inverse=True, return_counts=True)
        shared[:, band] = (counts[inverse] > 1) & (keys[:, band] != NO_KEY)
    return shared
