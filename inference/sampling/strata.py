"""Strata: cells drawn from together, as fine as the number of sentences to draw allows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.data.errors import InputError
from framescope.inference.sampling.population import Cells, Floats

#: Sentences drawn from each stratum at least: a variance cannot be told from one.
LEAST = 2
OTHERS = "other outlets"

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Strata:
    """H strata over C cells.

    Attributes:
        keys: Outlet (or ``other outlets``), decision and frame ("" for any) of each stratum.
        of_cell: The stratum of each cell, shape (C,).
        sentences: Sentences in each stratum, shape (H,).
    """

    keys: list[_Key]
    of_cell: NDArray[np.int64]
    sentences: Floats

    @property
    def names(self) -> list[str]:
        """Names that do not give away to an annotator what the classifier decided."""
        texts = ["\x1f".join(key) for key in self.keys]
        return [hashlib.sha256(text.encode()).hexdigest()[:12] for text in texts]

    @property
    def least(self) -> Floats:
        """Sentences to draw from each stratum at least, shape (H,)."""
        return np.minimum(LEAST, self.sentences)


def choose_strata(cells: Cells, number: int, names: set[str]) -> Strata:
    """The finest strata whose least sizes take no more than half of the sentences to draw.

    Args:
        cells: The population.
        number: Sentences to draw.
        names: Names of the strata of an earlier sample to extend; any will do if empty.

    Raises:
        InputError: The number is too small for any, or none is like the earlier sample's.
    """
    strata = None
    for strata in _layouts(cells):
        if names:
            if set(strata.names) == names:
                return strata
        elif strata.least.sum() <= number / 2:
            return strata
    if names:
        wish = "the archive and the excluded documents of the earlier draw"
        raise InputError("the strata are not those of the sample to extend", expected=wish)
    assert strata is not None  # noqa: S101  (for mypy: there is always the coarsest)
    if strata.least.sum() > number:
        wish = f"at least {strata.least.sum():.0f}"
        raise InputError(f"{number} sentences are too few for an estimate", expected=wish)
    return strata


def _layouts(cells: Cells) -> Iterator[Strata]:
    """From the finest to the coarsest: first the frame goes, then the smallest outlets."""
    size: dict[str, float] = {}
    for (outlet, _, _), n in zip(cells.keys, cells.sentences, strict=True):
        size[outlet] = size.get(outlet, 0) + n
    outlets = sorted(size, key=lambda o: (-size[o], o))
    yield _strata(cells, set(outlets), by_frame=True)
    kept = len(outlets)
    while kept:
        yield _strata(cells, set(outlets[:kept]), by_frame=False)
        kept = kept * 3 // 4
    yield _strata(cells, set(), by_frame=False)


def _strata(cells: Cells, alone: set[str], *, by_frame: bool) -> Strata:
    keys = [
        (outlet if outlet in alone else OTHERS, decision, frame if by_frame else "")
        for outlet, decision, frame in cells.keys
    ]
    unique = sorted(set(keys))
    place = {key: i for i, key in enumerate(unique)}
    of_cell = np.array([place[key] for key in keys])
    return Strata(unique, of_cell, np.bincount(of_cell, cells.sentences).astype(np.float64))
