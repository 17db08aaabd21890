"""How well the stance is told where gold has the frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score


def stance_scores(
    predictions: Any, references: Any, frames: Sequence[str]
) -> dict[str, dict[str, float | None]]:
    """Accuracy and macro-F1 of the stance, given the frame.

    Args:
        predictions: The likeliest stances of all sentences, found or not, shape (n, F): what is
            measured is the stance alone.
        references: True class codes, shape (n, F), 0 meaning that the frame is absent.
        frames: The F frame ids.

    Returns:
        ``stance_accuracy`` and ``stance_macro_f1`` by frame; None for one that gold lacks.
    """
    found, gold = np.asarray(predictions), np.asarray(references)
    scores: dict[str, dict[str, float | None]] = {}
    for f, frame in enumerate(frames):
        here = gold[:, f] > 0
        pair = gold[here, f], found[here, f]
        scores[frame] = {"stance_accuracy": None, "stance_macro_f1": None}
        if here.any():
            scores[frame] = {
                "stance_accuracy": float(accuracy_score(*pair)),
                "stance_macro_f1": float(f1_score(*pair, average="macro", zero_division=0)),
            }
    return scores
