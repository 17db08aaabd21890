"""Prevalence from decisions on all sentences and error rates measured elsewhere.

Adjusted classify and count: with M[k, j] = P(decided k | true j) from gold, the shares of decisions
are ``q = M theta``, and ``theta = M^-1 q``, kept within the simplex. For two classes that is ``(q +
Sp - 1) / (Se + Sp - 1)`` of Rogan & Gladen (1978), the adjusted count of Forman (2008), who clips
it to 0 and 1; for more it is the confusion matrix method told by Saerens, Latinne & Decaestecker
(2002).

It holds only where the archive's error rates are those of the gold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framescope.inference.comparison.design import Decisions, Ints
from framescope.inference.comparison.intervals import Floats

_DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Confusion:
    """Error rates of K classes, and draws of them that tell how well they are known.

    Attributes:
        rates: P(decided k | true j), shape (K, K), columns sum to 1.
        draws: The same from the posterior, shape (draws, K, K).
    """

    rates: Floats
    draws: Floats


def confusion_of(truth: Ints, decided: Ints, document: Ints, classes: int) -> Confusion:
    """Error rates from gold sentences that have every class at least once.

    Each column is drawn from the Dirichlet posterior under a prior of 1 / K for each class (Perks
    1947; for two classes Jeffreys' prior), its counts divided by their design effect, so that
    sentences of one document count for less (Rao & Scott 1992, for two classes).

    Args:
        truth: Class of each sentence, shape (n,).
        decided: Class that was decided, shape (n,).
        document: Its document, as a number, shape (n,).
        classes: K.
    """
    random = np.random.default_rng(0)
    rates = np.empty((classes, classes))
    draws = np.empty((_DRAWS, classes, classes))
    for j in range(classes):
        own = truth == j
        counts = np.bincount(decided[own], minlength=classes)
        rates[:, j] = counts / counts.sum()
        trusted = counts / _design_effect(decided[own], document[own], rates[:, j])
        draws[:, :, j] = random.dirichlet(trusted + 1 / classes, size=_DRAWS)
    return Confusion(rates, draws)


def _design_effect(decided: Ints, document: Ints, rates: Floats) -> float:
    """By how much clusters enlarge the variances of the rates, at least 1.

    Rao & Scott (1992), summed over the classes and without their factor m / (m - 1) for m clusters.
    """
    single = float((rates * (1 - rates)).sum()) * len(decided)
    if single <= 0:
        return 1.0
    residual = np.eye(len(rates))[decided] - rates
    _, at = np.unique(document, return_inverse=True)
    total = np.zeros((int(at.max()) + 1, len(rates)))
    np.add.at(total, at, residual)
    return max(1.0, float((total**2).sum()) / single)


def correct_by_confusion(
    decisions: Decisions, confusion: Confusion, *, group: str = ""
) -> tuple[Floats, Floats]:
    """Shares of the K true classes in one group: estimate (K,) and draws (draws, K).

    The draws take articles of the group anew (bootstrap) and error rates from their posterior.

    Args:
        decisions: On the sentences of the group.
        confusion: Error rates, the same for all groups.
        group: Its name. Groups share no article: each has random numbers of its own, or their
            differences would look surer than they are.
    """
    articles = int(decisions.articles.sum())
    random = np.random.default_rng([1, *group.encode("utf-8", "replace")])
    weights = random.multinomial(articles, decisions.articles / articles, size=_DRAWS)
    drawn = weights @ decisions.sentences
    shares = drawn / np.maximum(drawn.sum(axis=1, keepdims=True), 1)
    whole = decisions.articles @ decisions.sentences
    estimate = _solved(confusion.rates[None], (whole / whole.sum())[None])[0]
    return estimate, _solved(confusion.draws, shares)


def _solved(rates: Floats, shares: Floats) -> Floats:
    """The theta of ``rates @ theta = shares``, shape (draws, K), projected onto the simplex."""
    # A draw is singular with probability zero; the estimate may be, by chance alone.
    rates = rates + 1e-12 * np.eye(rates.shape[-1])
    theta = np.linalg.solve(rates, shares[..., None])[..., 0]
    return project_to_simplex(np.asarray(theta, dtype=np.float64))


def project_to_simplex(values: Floats) -> Floats:
    """The nearest points with no negative part and sum 1 (Duchi et al. 2008, fig. 1).

    Args:
        values: Shape (draws, K).
    """
    ordered = -np.sort(-values, axis=1)
    excess = (np.cumsum(ordered, axis=1) - 1) / np.arange(1, values.shape[1] + 1)
    last = (ordered > excess).sum(axis=1) - 1
    return np.asarray(np.maximum(values - np.take_along_axis(excess, last[:, None], axis=1), 0))
