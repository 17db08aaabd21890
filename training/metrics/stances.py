"""How well the stance is told where gold has the frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import evaluate
import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from framescope.training.metrics.info import codes_info


class StanceScores(evaluate.Metric):  # type: ignore[misc]
    """Accuracy and macro-F1 of the stance, given the frame.

    Predictions are the likeliest stances of all sentences, found or not: what is measured is the
    stance alone. A frame without gold sentences scores None.
    """

    def _info(self) -> evaluate.MetricInfo:
        return codes_info("stance accuracy and macro-F1 of each frame where gold has it")

    def _compute(self, predictions: Any, references: Any, frames: Sequence[str]) -> dict[str, Any]:
        found, gold = np.asarray(predictions), np.asarray(references)
        scores: dict[str, Any] = {}
        for f, frame in enumerate(frames):
            here = gold[:, f] > 0
            pair = gold[here, f], found[here, f]
            scores[frame] = {
                "stance_accuracy": float(accuracy_score(*pair)) if here.any() else None,
                "stance_macro_f1": (
                    float(f1_score(*pair, average="macro", zero_division=0)) if here.any() else None
                ),
            }
        return scores
