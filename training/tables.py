"""Evaluation results for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

_COLUMNS = ("precision", "recall", "f1", "support", "stance_accuracy", "stance_macro_f1")


def evaluation_table(result: Mapping[str, Any]) -> Table:
    """Figures by frame, the linear baseline's F1 beside the model's."""
    table = Table("frame", *(name.replace("_", " ") for name in _COLUMNS), "F1, linear")
    for column in table.columns[1:]:
        column.justify = "right"
    for frame, scores in result["frames"].items():
        low, high = result["intervals"]["frames"][frame]["f1"]
        shown = {name: _figure(scores.get(name)) for name in _COLUMNS}
        shown["f1"] += f" [{low:.2f}, {high:.2f}]"
        baseline = result.get("baseline")
        linear = _figure(baseline["frames"][frame]["f1"] if baseline else None)
        table.add_row(frame, *shown.values(), linear)
    return table


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
