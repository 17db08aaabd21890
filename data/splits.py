"""Splits that never divide a document, so that no article is on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.errors import InputError

Indices = NDArray[np.int64]


def _strata(sentences: Sequence[AnnotatedSentence]) -> list[str]:
    """For each sentence its rarest frame and stance, so that rare cells spread over the folds."""
    cells = [[f"{frame}:{stance}" for frame, stance in s.labels.items()] for s in sentences]
    counts = Counter(cell for row in cells for cell in row)
    return [min(row, key=lambda c: (counts[c], c)) if row else "" for row in cells]


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
    strata = np.unique(_strata(sentences), return_inverse=True)[1]
    # The splitter refuses classes rarer than the folds only by a warning; sizes stay balanced.
    splitter = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    return [(rest, fold) for rest, fold in splitter.split(strata, strata, groups)]


def document_holdout(
    sentences: Sequence[AnnotatedSentence], *, share: float, seed: int
) -> tuple[Indices, Indices]:
    """Indices of a training and a held-out part of about ``share`` (0 to 0.5), by document."""
    documents = len({s.group for s in sentences})
    folds = max(2, min(round(1 / share), documents))
    return document_folds(sentences, folds=folds, seed=seed)[0]
