"""TF-IDF and logistic regression: the project's own linear baseline."""

from __future__ import annotations

import time

from benchmarks.quality.work import Decisions, Outcome, Work
from framescope.training.fit import fit_linear


def fit_predict(work: Work) -> Outcome:
    """Fit as ``framescope train --model linear`` does, thresholds out of fold."""
    started = time.perf_counter()
    fit = fit_linear(work.train, work.codebook, seed=work.settings.seed)
    seconds = time.perf_counter() - started
    classifier = fit.classifier
    return Outcome(
        {name: Decisions.of_scores(classifier.scores(t)) for name, t in work.tests.items()},
        seconds,
    )
