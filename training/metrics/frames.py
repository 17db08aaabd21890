"""How well frames are found, whatever their stance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import evaluate
import numpy as np
from sklearn.metrics import f1_score, precision_recall_fscore_support

from framescope.training.metrics.info import codes_info


class FrameScores(evaluate.Metric):  # type: ignore[misc]
    """Precision, recall and F1 of the positive class a frame; macro and micro F1 over frames."""

    def _info(self) -> evaluate.MetricInfo:
        return codes_info("precision, recall, F1 and support of each frame; macro and micro F1")

    def _compute(self, predictions: Any, references: Any, frames: Sequence[str]) -> dict[str, Any]:
        found, gold = np.asarray(predictions) > 0, np.asarray(references) > 0
        values = precision_recall_fscore_support(gold, found, average=None, zero_division=0)
        names = ("precision", "recall", "f1", "support")
        by_frame = {
            frame: {n: float(v[f]) for n, v in zip(names, values, strict=True)}
            for f, frame in enumerate(frames)
        }
        for scores in by_frame.values():
            scores["support"] = int(scores["support"])
        f1 = {k: float(f1_score(gold, found, average=k, zero_division=0)) for k in _AVERAGES}
        return {"frames": by_frame, **{f"{k}_f1": v for k, v in f1.items()}}


_AVERAGES = ("macro", "micro")
