"""Evaluation results for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

_COLUMNS = {
    "precision": "prec.",
    "recall": "recall",
    "f1": "F1",
    "support": "n",
    "stance_accuracy": "stance",
    "stance_macro_f1": "st. F1",
}


def evaluation_table(result: Mapping[str, Any]) -> Table:
    """Figures by frame, with the 95 % interval of F1 and the linear baseline's F1.

    ``stance`` is the accuracy of the stance where gold has the frame.
    """
    names = ("frame", *_COLUMNS.values(), "F1, 95 %", "linear")
    table = Table(*names, box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    table.columns[0].no_wrap = True
    baseline = result.get("baseline")
    for frame, scores in result["frames"].items():
        interval = result["intervals"]["frames"][frame]["f1"]
        table.add_row(
            frame,
            *(_figure(scores.get(name)) for name in _COLUMNS),
            "–" if interval is None else "{:.2f}–{:.2f}".format(*interval),
            _figure(baseline["frames"][frame]["f1"] if baseline else None),
        )
    return table


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.2f}"
