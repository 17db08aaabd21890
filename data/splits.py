"""Splits that never divide a document, so that no article is on both sides."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.errors import InputError

Indices = NDArray[np.int64]

_RARE = "rare"


def _strata(sentences: Sequence[AnnotatedSentence], folds: int) -> list[str]:
    """For each sentence its rarest frame and stance, so that rare cells spread over the folds.

    What is too rare for every fold to have one is one stratum together.
    """
    cells = [[f"{frame}:{stance}" for frame, stance in s.labels.items()] for s in sentences]
    counts = Counter(cell for row in cells for cell in row)
    strata = [min(row, key=lambda c: (counts[c], c)) if row else "" for row in cells]
    sizes = Counter(strata)
    return [stratum if sizes[stratum] >= folds else _RARE for stratum in strata]


def document_folds(
    sentences: Sequence[AnnotatedSentence], *, folds: int, seed: int
) -> list[tuple[Indices, Indices]]:
    """Cut into folds by document, with each frame and stance spread evenly.

    Args:
        sentences: n annotated sentences.
        folds: Number of folds, at least 2.
        seed: Seed of the shuffling.

    Returns:
        For each fold the indices (into ``sentences``) of the rest and of the fold.

    Raises:
        InputError: There are fewer documents than folds.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    groups = [s.group for s in sentences]
    found = len(set(groups))
    if found < folds:
        raise InputError(f"{found} documents cannot be cut into {folds} folds")
    strata = np.unique(_strata(sentences, folds), return_inverse=True)[1]
    if np.bincount(strata).max() < folds:
        strata = np.zeros_like(strata)
    splitter = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # The stratum of what is rare may itself be small: nothing a user could do about it.
        warnings.filterwarnings("ignore", message="The least populated class")
        return [(rest, fold) for rest, fold in splitter.split(strata, strata, groups)]


def document_holdout(
    sentences: Sequence[AnnotatedSentence], *, share: float, seed: int
) -> tuple[Indices, Indices]:
    """Indices of a training and a held-out part of about ``share`` (0 to 0.5), by document."""
    documents = len({s.group for s in sentences})
    folds = max(2, min(round(1 / share), documents))
    return document_folds(sentences, folds=folds, seed=seed)[0]
