from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator

from framescope.inference.comparison.design import Decisions
from framescope.inference.comparison.transported import (
    confusion_of,
    correct_by_confusion,
    project_to_simplex,
)


def gold(rates: np.ndarray, of_each: int) -> tuple[np.ndarray, np.ndarray]:
    """Sentences with exactly these error rates; columns of ``rates`` are true classes."""
    counts = np.round(rates * of_each).astype(int)
    truth = np.repeat(np.arange(len(rates)), counts.sum(axis=0))
    decided = np.concatenate([np.repeat(np.arange(len(rates)), column) for column in counts.T])
    return truth, decided


def test_two_classes_give_the_formula_of_rogan_and_gladen() -> None:
    truth, decided = gold(np.array([[0.9, 0.3], [0.1, 0.7]]), 100)
    confusion = confusion_of(truth, decided, np.arange(200), 2)
    decisions = Decisions(np.array([50]), np.array([[6, 4]]))
    share, draws = correct_by_confusion(decisions, confusion)
    assert share[1] == pytest.approx((0.4 + 0.9 - 1) / (0.9 + 0.7 - 1))
    assert np.allclose(draws.sum(axis=1), 1)
    low, high = np.quantile(draws[:, 1], (0.025, 0.975))
    assert low < share[1] < high


class Echo(BaseEstimator):  # type: ignore[misc]
    """A fitted classifier that decides as its input says."""

    def fit(self, x: np.ndarray, y: np.ndarray) -> Echo:  # noqa: ARG002
        self.classes_ = np.unique(y)
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        return x[:, 0]


def test_quapy_agrees_on_single_labels() -> None:
    """Adjusted classify and count of another library (Moreo, Esuli & Sebastiani 2021)."""
    quapy = pytest.importorskip("quapy.method.aggregative")
    random = np.random.default_rng(0)
    rates = np.array([[0.8, 0.1, 0.2], [0.1, 0.7, 0.2], [0.1, 0.2, 0.6]])
    truth, decided = gold(rates, 100)
    shares = np.array([0.6, 0.3, 0.1])
    true = random.choice(3, 3000, p=shares)
    unlabelled = np.array([random.choice(3, p=rates[:, j]) for j in true])
    echo = Echo().fit(decided[:, None], truth)
    method = quapy.ACC(echo, fit_classifier=False, val_split=None)
    method.fit(decided[:, None], truth)
    expected = method.predict(unlabelled[:, None])
    counts = np.bincount(unlabelled, minlength=3)
    confusion = confusion_of(truth, decided, np.arange(len(truth)), 3)
    found, _ = correct_by_confusion(Decisions(np.array([1]), counts[None]), confusion)
    assert found == pytest.approx(expected, abs=1e-3)
    assert found == pytest.approx(shares, abs=0.06)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=2, max_size=5))
def test_the_projection_is_the_nearest_point_of_the_simplex(values: list[float]) -> None:
    point = np.array([values])
    (found,) = project_to_simplex(point)
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1)
    others = np.random.default_rng(0).dirichlet(np.ones(len(values)), 200)
    nearest = np.linalg.norm(found - point[0])
    assert (np.linalg.norm(others - point[0], axis=1) >= nearest - 1e-9).all()


def test_sentences_of_one_document_tell_less() -> None:
    truth, decided = gold(np.array([[0.8, 0.3], [0.2, 0.7]]), 100)
    alone = confusion_of(truth, decided, np.arange(200), 2)
    # Ten documents, each all right or all wrong.
    together = confusion_of(truth, decided, np.arange(200) // 10, 2)
    assert np.allclose(alone.rates, together.rates)
    assert together.draws[:, 1, 1].std() > 2 * alone.draws[:, 1, 1].std()


def test_intervals_cover_where_error_rates_are_the_same() -> None:
    random, rounds, truth, covered = np.random.default_rng(3), 200, 0.1, 0
    rates = np.array([[0.95, 0.3], [0.05, 0.7]])
    for _ in range(rounds):
        of_gold = random.random(300) < 0.3
        decided = (random.random(300) < rates[1, of_gold.astype(int)]).astype(int)
        confusion = confusion_of(of_gold.astype(int), decided, np.arange(300), 2)
        own = random.random(2000) < truth
        hits = (random.random(2000) < rates[1, own.astype(int)]).reshape(-1, 5).sum(axis=1)
        rows, articles = np.unique(hits, return_counts=True)
        decisions = Decisions(articles, np.stack([5 - rows, rows], axis=1))
        low, high = np.quantile(correct_by_confusion(decisions, confusion)[1][:, 1], (0.025, 0.975))
        covered += low <= truth <= high
    assert covered / rounds >= 0.91


def test_groups_are_drawn_independently_of_each_other() -> None:
    """With common random numbers the difference of two alike outlets looked too sure."""
    truth, decided = gold(np.array([[0.9, 0.3], [0.1, 0.7]]), 1000)
    confusion = confusion_of(truth, decided, np.arange(2000), 2)
    fixed = replace(confusion, draws=np.tile(confusion.rates, (2000, 1, 1)))
    decisions = Decisions(np.array([30, 20, 10]), np.array([[8, 2], [6, 4], [3, 7]]))
    first, second, again = (
        correct_by_confusion(decisions, fixed, group=name)[1][:, 1] for name in ("A", "B", "A")
    )
    assert np.array_equal(first, again)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1
