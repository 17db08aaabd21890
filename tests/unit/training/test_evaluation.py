from __future__ import annotations

import numpy as np
import pytest

from framescope.data.codebook import Codebook
from framescope.models.decisions import Scores
from framescope.models.labels import LabelSpace
from framescope.training.bootstrap import bootstrap_intervals
from framescope.training.evaluation import evaluate_scores


def scores_from(codes: np.ndarray, stance: np.ndarray) -> Scores:
    classes = np.stack([stance == 1, stance == 2], axis=2).astype(np.float32)
    return Scores((codes > 0).astype(np.float32), classes, codes > 0)


def test_figures_worked_out_by_hand(codebook: Codebook) -> None:
    gold = np.array([[1, 0], [2, 0], [0, 1], [0, 0], [0, 0]])
    stance = np.array([[1, 1], [1, 1], [1, 1], [1, 1], [2, 1]])
    present = np.array([[1, 0], [1, 0], [0, 0], [0, 0], [1, 0]])
    scores = scores_from(stance * present, stance)
    result = evaluate_scores(scores, gold, list("abcde"), LabelSpace.of(codebook))
    help_ = result["frames"]["help"]
    assert (help_["precision"], help_["recall"], help_["support"]) == (
        pytest.approx(2 / 3), 1.0, 2,
    )  # fmt: skip
    assert result["frames"]["trade"]["f1"] == 0
    assert result["macro_f1"] == pytest.approx(0.4)
    assert result["micro_f1"] == pytest.approx(2 * 2 / (3 + 3))
    assert result["joint_micro_f1"] == pytest.approx(2 * 1 / (3 + 3))
    assert result["false_alarms_per_1000"] == pytest.approx(500)
    assert help_["stance_accuracy"] == pytest.approx(0.5)
    assert result["frames"]["trade"]["stance_accuracy"] == 1.0


def test_intervals_cover_the_point_and_narrow_with_more_documents(codebook: Codebook) -> None:
    random = np.random.default_rng(3)

    def width(n: int) -> float:
        gold = random.integers(0, 3, (n, 2))
        found = np.where(random.random((n, 2)) < 0.8, gold, random.integers(0, 3, (n, 2)))
        stance = np.maximum(found, 1)
        result = evaluate_scores(
            scores_from(found, stance), gold, [str(i) for i in range(n)], LabelSpace.of(codebook)
        )
        for name in ("macro_f1", "micro_f1", "joint_micro_f1", "false_alarms_per_1000"):
            low, high = result["intervals"][name]
            assert low <= result[name] <= high
        for frame, values in result["intervals"]["frames"].items():
            for name, (low, high) in values.items():
                assert low - 1e-9 <= result["frames"][frame][name] <= high + 1e-9
        low, high = result["intervals"]["macro_f1"]
        return float(high - low)

    assert width(1600) < width(100) / 2


def test_bootstrap_intervals_cover_the_truth() -> None:
    """Documents of unlike quality: the interval for precision covers the population's value."""
    random, truth, hits = np.random.default_rng(5), 0.7, 0
    rounds = 200
    for seed in range(rounds):
        quality = random.beta(7, 3, 120)
        groups = np.repeat(np.arange(120), 5)
        found = np.ones((600, 1), dtype=np.int64)
        gold = (random.random(600) < quality[groups]).astype(np.int64)[:, None]
        intervals = bootstrap_intervals(
            found, found, gold, groups=[str(g) for g in groups], frames=["f"], classes=2, seed=seed
        )
        low, high = intervals["frames"]["f"]["precision"]
        hits += low <= truth <= high
    assert 0.90 <= hits / rounds <= 0.99


def test_a_codebook_with_one_frame_is_scored_on_that_frame() -> None:
    space = LabelSpace(("f",), ("absent", "present"), False)
    gold = np.zeros((100, 1), dtype=np.int64)
    gold[:5] = 1
    nothing = Scores(np.zeros((100, 1), np.float32), np.ones((100, 1, 1), np.float32), gold > 1)
    result = evaluate_scores(nothing, gold, [str(i) for i in range(100)], space)
    assert result["frames"]["f"]["support"] == 5
    assert result["frames"]["f"]["f1"] == result["macro_f1"] == result["micro_f1"] == 0


def test_what_a_draw_cannot_define_does_not_widen_an_interval(codebook: Codebook) -> None:
    gold = np.zeros((40, 2), dtype=np.int64)
    gold[:2, 0] = 1
    stance = np.ones_like(gold)
    groups = [str(i // 2) for i in range(40)]
    space = LabelSpace.of(codebook)
    result = evaluate_scores(scores_from(gold, stance), gold, groups, space)
    assert result["intervals"]["frames"]["help"]["stance_accuracy"] == (1.0, 1.0)
    assert result["intervals"]["frames"]["trade"]["stance_accuracy"] is None
    assert result["frames"]["trade"]["stance_accuracy"] is None


def test_the_metric_modules_give_the_same_figures() -> None:
    from framescope.training.metrics import modules

    found, gold = [[1, 0], [0, 2], [0, 0]], [[1, 0], [0, 1], [0, 1]]
    frames = {"frames": ["help", "trade"]}
    scores = modules.FrameScores(keep_in_memory=True).compute(
        predictions=found, references=gold, **frames
    )
    assert scores["frames"]["trade"]["recall"] == pytest.approx(0.5)
    joint = modules.JointScores(keep_in_memory=True).compute(predictions=found, references=gold)
    assert joint["joint_micro_f1"] == pytest.approx(2 / 5)
    stances = modules.StanceScores(keep_in_memory=True).compute(
        predictions=[[1, 1], [1, 2], [1, 1]], references=gold, **frames
    )
    assert stances["trade"]["stance_accuracy"] == pytest.approx(0.5)


def test_frames_that_gold_lacks_score_zero_and_break_nothing(plain_codebook: Codebook) -> None:
    nothing = np.zeros((3, 2), dtype=np.int64)
    scores = Scores(np.zeros((3, 2), np.float32), np.ones((3, 2, 1), np.float32), nothing > 0)
    result = evaluate_scores(scores, nothing, list("abc"), LabelSpace.of(plain_codebook))
    assert result["macro_f1"] == 0
    assert result["false_alarms_per_1000"] == 0
    assert "stance_accuracy" not in result["frames"]["help"]
