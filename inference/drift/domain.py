"""A classifier that tells an archive from the training sentences, as a measure of distance.

If it can tell them apart, the inputs have drifted (the domain classifier of Rabanser et al. 2019,
who test its accuracy; here its AUC is told, 0.5 where both are alike).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]


def unlikeness(
    texts: Sequence[str],
    articles: NDArray[np.int64],
    training: Sequence[str],
    documents: NDArray[np.int64],
    *,
    seed: int = 0,
) -> Floats:
    """For each text, the share of training sentences that look less like the archive; (n,).

    The mean over a group of texts is the classifier's AUC for it. Two halves are scored in turn by
    a classifier that learnt from the other half; no article or document is on both sides.

    Args:
        texts: Sentences of the archive.
        articles: Number of the article of each.
        training: Training sentences.
        documents: Number of the document of each.
        seed: Of the halves.
    """
    words = HashingVectorizer(ngram_range=(1, 1), alternate_sign=False, norm="l2")
    ours, theirs = words.transform(texts), words.transform(training)
    halves = [_halves(groups, seed) for groups in (articles, documents)]
    found = np.full(len(texts), np.nan)
    for half in (False, True):
        learn, judge = halves[0] != half, halves[0] == half
        from_training, against = halves[1] != half, halves[1] == half
        model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
        features = _stack(ours[learn], theirs[from_training])
        model.fit(features, np.r_[np.ones(learn.sum()), np.zeros(from_training.sum())])
        known = np.sort(model.decision_function(theirs[against]))
        scores = model.decision_function(ours[judge])
        below, upto = (np.searchsorted(known, scores, side) for side in ("left", "right"))
        found[judge] = (below + upto) / 2 / len(known)
    return found


def _halves(groups: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    """Half of the groups; each group wholly in it or not."""
    names = np.unique(groups)
    chosen = np.random.default_rng(seed).permutation(names)[: len(names) // 2]
    return np.isin(groups, chosen)


def _stack(*parts: object) -> object:
    from scipy.sparse import vstack

    return vstack(parts).tocsr()
