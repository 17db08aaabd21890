"""How well frames are found, whatever their stance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import f1_score, precision_recall_fscore_support


def frame_scores(predictions: Any, references: Any, frames: Sequence[str]) -> dict[str, Any]:
    """Precision, recall and F1 of the positive class a frame; macro and micro F1 over frames.

    Args:
        predictions: Decided class codes, shape (n, F), 0 meaning that the frame is absent.
        references: True class codes, shape (n, F).
        frames: The F frame ids.
    """
    found, gold = np.asarray(predictions) > 0, np.asarray(references) > 0
    by_frame = {frame: _one(gold[:, f], found[:, f]) for f, frame in enumerate(frames)}
    return {
        "frames": by_frame,
        "macro_f1": float(np.mean([scores["f1"] for scores in by_frame.values()])),
        "micro_f1": float(f1_score(gold.ravel(), found.ravel(), zero_division=0)),
    }


def _one(gold: Any, found: Any) -> dict[str, float]:
    values = precision_recall_fscore_support(gold, found, average="binary", zero_division=0)
    names = ("precision", "recall", "f1")
    scores: dict[str, float] = {n: float(v) for n, v in zip(names, values, strict=False)}
    return {**scores, "support": int(gold.sum())}
