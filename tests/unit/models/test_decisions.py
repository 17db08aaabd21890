from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import f1_score

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.models.calibration import (
    brier_score,
    expected_calibration_error,
    fit_temperatures,
    reliability,
)
from framescope.models.decisions import DecisionRule, Prediction, to_predictions
from framescope.models.labels import LabelSpace
from framescope.models.thresholds import (
    best_f1_threshold,
    fit_thresholds,
    share_weights,
    steady_threshold,
)


@settings(deadline=None)
@given(st.integers(2, 60), st.integers(0, 2**32 - 1))
def test_the_threshold_reaches_the_best_f1_there_is(n: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    probability = np.sort(random.integers(0, 12, n) / 12)[::-1]
    present, weights = random.random(n) < 0.4, random.integers(0, 3, n).astype(float)
    chosen = best_f1_threshold(probability, present, weights)
    if not (present & (weights > 0)).any():
        assert np.isnan(chosen)
        return

    def f1(threshold: float) -> float:
        found = probability >= threshold
        return float(f1_score(present, found, sample_weight=weights, zero_division=0))

    assert f1(chosen) == pytest.approx(max(map(f1, probability)))


def test_the_steady_threshold_varies_less_between_samples_and_costs_no_f1() -> None:
    random = np.random.default_rng(3)

    def sample(n: int) -> tuple[np.ndarray, np.ndarray]:
        present = random.random(n) < 0.08
        return 1 / (1 + np.exp(-random.normal(np.where(present, 0.5, -2.5), 1.2))), present

    new, truth = sample(20_000)
    single, steady = [], []
    for _ in range(40):
        probability, present = sample(300)
        order = np.argsort(-probability)
        single.append(best_f1_threshold(probability[order], present[order], np.ones(300)))
        steady.append(steady_threshold(probability, present, list(map(str, range(300)))))
    assert np.std(steady) < np.std(single)
    reached = [np.mean([f1_score(truth, new >= t) for t in ts]) for ts in (single, steady)]
    assert reached[1] >= reached[0]


def test_a_frame_that_was_never_seen_gets_one_half() -> None:
    assert steady_threshold(np.array([0.1, 0.9]), np.array([False, False]), ["a", "b"]) == 0.5


def test_thresholds_for_a_share_have_the_best_f1_where_that_share_is_framed() -> None:
    random = np.random.default_rng(5)

    def sample(n: int, share: float) -> tuple[np.ndarray, np.ndarray]:
        present = random.random((n, 1)) < share
        return 1 / (1 + np.exp(-random.normal(np.where(present, 1, -1), 1.2))), present

    probability, present = sample(4000, 0.4)
    new, truth = sample(40_000, 0.05)
    groups = list(map(str, range(4000)))
    corpus, archive = (
        fit_thresholds(probability, present, groups, framed_share=share)[0]
        for share in (None, 0.05)
    )
    assert archive > corpus
    best = max(f1_score(truth, new >= t) for t in np.linspace(0.05, 0.95, 46))
    assert f1_score(truth, new >= archive) == pytest.approx(best, abs=0.02)
    assert f1_score(truth, new >= corpus) < best - 0.05


@pytest.mark.parametrize("framed", [[True, True], [False, False]])
def test_a_corpus_all_of_one_kind_cannot_be_weighed(framed: list[bool]) -> None:
    assert share_weights(np.array(framed), 0.1).tolist() == [1, 1]


def test_weights_give_the_share_that_was_asked_for() -> None:
    framed = np.arange(50) < 20
    weights = share_weights(framed, 0.1)
    assert weights[framed].sum() / weights.sum() == pytest.approx(0.1)
    assert weights.sum() == pytest.approx(50)


def test_temperatures_undo_a_known_sharpening() -> None:
    random = np.random.default_rng(0)
    true_logits = random.normal(0, 1.5, (20_000, 1, 3))
    chances = np.exp(true_logits[:, 0]) / np.exp(true_logits[:, 0]).sum(axis=1, keepdims=True)
    codes = np.array([[random.choice(3, p=p)] for p in chances])
    assert fit_temperatures(true_logits * 4, codes)[0] == pytest.approx(4, rel=0.05)


def test_calibration_error_is_zero_for_true_chances_and_large_for_false_ones() -> None:
    random = np.random.default_rng(1)
    probability = random.random(50_000)
    present = random.random(50_000) < probability
    assert expected_calibration_error(probability, present) < 0.01
    assert expected_calibration_error(probability**4, present) > 0.2
    assert brier_score(probability, present) == pytest.approx(1 / 6, abs=0.01)


def test_a_reliability_diagram_has_stated_and_observed_shares_of_each_bin() -> None:
    random = np.random.default_rng(2)
    probability = np.concatenate([random.random(40_000) ** 2, [1.0]])
    present = random.random(len(probability)) < probability**2
    bins = reliability(probability, present)
    assert sum(row["sentences"] for row in bins) == len(probability)
    assert [int(row["stated"] * 10) for row in bins] == list(range(10))
    for row in bins:
        assert row["observed"] == pytest.approx(row["stated"] ** 2, abs=0.03)
    assert len(reliability(np.array([0.05, 0.95]), np.array([False, True]))) == 2


@given(arrays(np.float32, (5, 2, 3), elements=st.floats(-40, 40, width=32)))
def test_stance_is_conditional_on_the_frame_and_never_absent(logits: np.ndarray) -> None:
    scores = DecisionRule(np.ones(2), np.full(2, 0.5)).apply(logits)
    assert np.allclose(scores.class_probability.sum(axis=2), 1, atol=1e-5)
    assert ((scores.frame_probability >= 0) & (scores.frame_probability <= 1.0001)).all()
    assert set(np.unique(scores.stance)) <= {1, 2}
    assert ((scores.codes > 0) == scores.present).all()


def test_labels_survive_coding(codebook: Codebook, sentences: list[AnnotatedSentence]) -> None:
    space = LabelSpace.of(codebook)
    codes = space.encode(sentences)
    assert [space.decode(row) for row in codes] == [s.labels for s in sentences]


def test_a_prediction_tells_frames_stances_and_probabilities(codebook: Codebook) -> None:
    space = LabelSpace.of(codebook)
    logits = np.array([[[0, 3, 0], [5, 0, 0]]], dtype=np.float32)
    rule = DecisionRule(np.ones(2), np.full(2, 0.5))
    (prediction,) = to_predictions(["x"], rule.apply(logits), space)
    assert prediction.frames == {"help": "supports"}
    assert prediction.probabilities["help"] == pytest.approx(0.9547, abs=1e-3)
    assert prediction.stance_probabilities["help"]["supports"] == pytest.approx(0.9526, abs=1e-3)


def test_without_stances_a_frame_is_just_present(plain_codebook: Codebook) -> None:
    space = LabelSpace.of(plain_codebook)
    logits = np.array([[[0, 3], [5, 0]]], dtype=np.float32)
    (prediction,) = to_predictions(
        ["x"], DecisionRule(np.ones(2), np.full(2, 0.5)).apply(logits), space
    )
    assert prediction.frames == {"help": None}
    assert prediction.stance_probabilities == {}


def test_what_was_not_measured_has_no_frames_rather_than_an_empty_set_of_them() -> None:
    prediction = Prediction("x", abstained="language")
    assert prediction.frames is None
    assert prediction.probabilities == {}
    assert prediction.likeliest is None


def test_the_joint_probabilities_of_a_frame_add_up_to_its_own() -> None:
    logits = np.random.default_rng(0).normal(size=(6, 2, 3)).astype(np.float32)
    scores = DecisionRule(np.ones(2), np.full(2, 0.5)).apply(logits)
    joint = scores.joint_probability
    assert joint.shape == (6, 2, 2)
    np.testing.assert_allclose(joint.sum(axis=2), scores.frame_probability, rtol=1e-5)
    expected = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    np.testing.assert_allclose(joint, expected[:, :, 1:], rtol=1e-4)
