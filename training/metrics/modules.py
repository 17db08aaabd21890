"""The metrics as ``evaluate.Metric`` modules, for use outside Framescope; they need no Hub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import datasets
import evaluate

from framescope.training.metrics.frames import frame_scores
from framescope.training.metrics.joint import joint_scores
from framescope.training.metrics.stances import stance_scores

_CODES = datasets.Sequence(datasets.Value("int64"))


class _CodesMetric(evaluate.Metric):  # type: ignore[misc]
    """A metric over one list of F class codes a sentence, 0 meaning that the frame is absent."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=type(self).__doc__ or "",
            citation="",
            inputs_description="F class codes a sentence, 0 meaning that the frame is absent",
            features=datasets.Features({"predictions": _CODES, "references": _CODES}),
        )


class FrameScores(_CodesMetric):
    """Precision, recall, F1 and support of each frame; macro and micro F1."""

    def _compute(self, predictions: Any, references: Any, frames: Sequence[str]) -> dict[str, Any]:
        return frame_scores(predictions, references, frames)


class StanceScores(_CodesMetric):
    """Stance accuracy and macro-F1 of each frame where gold has it."""

    def _compute(self, predictions: Any, references: Any, frames: Sequence[str]) -> dict[str, Any]:
        return dict(stance_scores(predictions, references, frames))


class JointScores(_CodesMetric):
    """Joint micro-F1 of frame and stance; false alarms per 1,000 frameless sentences."""

    def _compute(self, predictions: Any, references: Any) -> dict[str, Any]:
        return joint_scores(predictions, references)
