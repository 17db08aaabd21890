"""Frame and stance together, and alarms where there is nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import f1_score


def joint_f1(predictions: Any, references: Any) -> list[float]:
    """F1 of each frame where a hit needs frame and stance right; codes as in ``joint_scores``."""
    found, gold = np.asarray(predictions), np.asarray(references)
    hits = ((gold > 0) & (found == gold)).sum(axis=0)
    total = (found > 0).sum(axis=0) + (gold > 0).sum(axis=0)
    return [float(v) for v in 2 * hits / np.maximum(total, 1)]


def joint_scores(predictions: Any, references: Any) -> dict[str, float | None]:
    """Micro-F1 where a hit needs frame and stance right, and false alarms per 1,000 sentences.

    Args:
        predictions: Decided class codes, shape (n, F), 0 meaning that the frame is absent.
        references: True class codes, shape (n, F).

    Returns:
        ``joint_micro_f1``, and ``false_alarms_per_1000``: frameless sentences with any frame
        found, None where every sentence has a frame.
    """
    found, gold = np.asarray(predictions), np.asarray(references)
    present = sorted({int(c) for c in np.unique([found, gold]) if c > 0})
    options = {"labels": present, "average": "micro", "zero_division": 0}
    joint = f1_score(gold.ravel(), found.ravel(), **options) if present else 0.0
    frameless = ~(gold > 0).any(axis=1)
    alarms = np.asarray((found[frameless] > 0).any(axis=1))
    return {
        "joint_micro_f1": float(joint),
        "false_alarms_per_1000": float(1000 * alarms.mean()) if len(alarms) else None,
    }
