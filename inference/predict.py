"""Predictions for a few texts, as a table or as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from rich.table import Table

from framescope.data.console import printable
from framescope.models.decisions import Prediction
from framescope.models.scope import REASONS

_PLACES = 4


def as_json(prediction: Prediction) -> str:
    """One prediction as a line of JSON; frames and probabilities are null where abstained."""
    row = asdict(prediction)
    row["probabilities"] = {k: round(v, _PLACES) for k, v in row["probabilities"].items()}
    row["stance_probabilities"] = {
        frame: {k: round(v, _PLACES) for k, v in values.items()}
        for frame, values in row["stance_probabilities"].items()
    }
    if prediction.abstained:
        row |= {"frames": None, "probabilities": None, "stance_probabilities": None}
    return json.dumps(row, ensure_ascii=False)


def as_table(predictions: Iterable[Prediction]) -> Table:
    """Predictions for a terminal; texts are shown as they are, never as markup."""
    table = Table("Text", "Frames", show_lines=True)
    for prediction in predictions:
        table.add_row(_plain(prediction.text), _plain(_frames(prediction)))
    return table


def _frames(prediction: Prediction) -> str:
    def line(frame: str, stance: str | None) -> str:
        told = "" if stance is None else f": {stance}"
        return f"{frame}{told} ({prediction.probabilities[frame]:.2f})"

    if prediction.abstained:
        return f"not measured: {REASONS[prediction.abstained]}"
    found = [line(frame, stance) for frame, stance in prediction.frames.items()]
    if found:
        return "\n".join(found)
    likeliest = max(prediction.probabilities, key=prediction.probabilities.__getitem__)
    return f"none (likeliest {likeliest}, {prediction.probabilities[likeliest]:.2f})"


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(printable(text))
