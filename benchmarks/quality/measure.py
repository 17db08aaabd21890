"""The figures of one method on one test set, by the project's own metrics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score

from benchmarks.quality.work import Decisions
from framescope.models.labels import LabelSpace
from framescope.training.metrics.average_precision import mean_average_precision
from framescope.training.metrics.frames import frame_scores
from framescope.training.metrics.joint import joint_scores


def figures(
    decisions: Decisions, gold: NDArray[np.int64], space: LabelSpace
) -> dict[str, float | None]:
    """All figures; those of stances are pooled over frames, where gold has the frame.

    Args:
        decisions: What the method says about n texts.
        gold: True classes, shape (n, F).
        space: Frames and classes.

    Returns:
        ``macro_f1``, ``micro_f1``, ``joint_micro_f1``, ``false_alarms_per_1000``,
        ``mean_average_precision``, and with stances ``stance_accuracy`` and
        ``stance_weighted_f1``; None for what the gold does not define.
    """
    frames = frame_scores(decisions.codes, gold, space.frames)
    result = {name: frames[name] for name in ("macro_f1", "micro_f1")}
    result |= joint_scores(decisions.codes, gold)
    result["mean_average_precision"] = mean_average_precision(decisions.probability, gold)
    here = gold > 0
    if space.has_stances and here.any():
        pair = gold[here], decisions.stance[here]
        result["stance_accuracy"] = float(accuracy_score(*pair))
        result["stance_weighted_f1"] = float(f1_score(*pair, average="weighted", zero_division=0))
    return result
