"""Frozen sentence embeddings and logistic regression."""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier

from benchmarks.quality.work import Decisions, Outcome, Work, exclusive
from framescope.data.splits import document_folds
from framescope.models.encoders import locate_encoder

#: Inverse regularisation; embeddings have length 1, so it has to be weak.
_STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_FOLDS = 3


def fit_predict(work: Work) -> Outcome:
    """Embed once (mean over tokens, length 1), fit one logistic regression a label.

    The regularisation is picked by macro-F1 in a cross-validation by document on the training
    sentences; a label is present from a probability of 0.5 on.
    """
    from sentence_transformers import SentenceTransformer

    started = time.perf_counter()
    encoder = SentenceTransformer(locate_encoder(work.settings.encoder))

    def embed(texts: list[str]) -> NDArray[np.float32]:
        return encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    search = _fit(embed(work.texts), work)
    seconds = time.perf_counter() - started
    probability = {name: search.predict_proba(embed(t)) for name, t in work.tests.items()}
    return Outcome({n: Decisions.of_labels(p, work.space) for n, p in probability.items()}, seconds)


def _fit(features: NDArray[np.float32], work: Work) -> Any:
    labels = work.labels()
    model, name = LogisticRegression(max_iter=1000), "C"
    if exclusive(labels):
        labels = labels.argmax(axis=1)
    else:
        model, name = OneVsRestClassifier(model), "estimator__C"
    search = GridSearchCV(
        model,
        {name: _STRENGTHS},
        scoring="f1_macro",
        cv=document_folds(work.train, folds=_FOLDS, seed=work.settings.seed),
    )
    with warnings.catch_warnings():
        # A fold may lack a rare label, which is then never found: nothing to be told about.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        warnings.filterwarnings("ignore", message="Label not .* is present in all training")
        return search.fit(features, labels)
