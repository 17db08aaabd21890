"""Frame and stance together, and alarms where there is nothing."""

from __future__ import annotations

from typing import Any

import evaluate
import numpy as np
from sklearn.metrics import f1_score

from framescope.training.metrics.info import codes_info


class JointScores(evaluate.Metric):  # type: ignore[misc]
    """Micro-F1 where a hit needs frame and stance right, and false alarms per 1,000 sentences."""

    def _info(self) -> evaluate.MetricInfo:
        return codes_info("joint micro-F1 of frame and stance; false alarms per 1,000 frameless")

    def _compute(self, predictions: Any, references: Any) -> dict[str, Any]:
        found, gold = np.asarray(predictions), np.asarray(references)
        present = sorted({int(c) for c in np.unique([found, gold]) if c > 0})
        joint = (
            f1_score(gold.ravel(), found.ravel(), labels=present, average="micro", zero_division=0)
            if present
            else 0.0
        )
        frameless = ~(gold > 0).any(axis=1)
        alarms = np.asarray((found[frameless] > 0).any(axis=1))
        return {
            "joint_micro_f1": float(joint),
            "false_alarms_per_1000": float(1000 * alarms.mean()) if len(alarms) else None,
        }
