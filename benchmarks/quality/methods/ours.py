"""Framescope's default model: the fine-tuned network and the linear baseline together."""

from __future__ import annotations

import time

from benchmarks.quality.work import Decisions, Outcome, Work
from framescope.training.fit import Fit, blend_fits, fit_linear, fit_network


def fit(work: Work) -> Fit:
    """Fit as ``framescope train`` does, thresholds out of fold."""
    settings = work.settings
    network = fit_network(work.train, work.codebook, settings)
    if not settings.blend:
        return network
    baseline = fit_linear(work.train, work.codebook, seed=settings.seed)
    weight = settings.network_weight
    return blend_fits(network, baseline, work.train, settings.framed_share, weight)


def fit_predict(work: Work) -> Outcome:
    """Train, then decide by the rule that was fitted on held-out training sentences."""
    started = time.perf_counter()
    classifier = fit(work).classifier
    seconds = time.perf_counter() - started
    return Outcome(
        {name: Decisions.of_scores(classifier.scores(t)) for name, t in work.tests.items()},
        seconds,
    )
