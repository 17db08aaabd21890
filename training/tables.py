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
    table = _table("frame", *_COLUMNS.values(), "F1, 95 %", "linear")
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


#: The names of the kinds of test in Ribeiro et al. 2020.
_KINDS = {"minimum_functionality": "MFT", "invariance": "INV", "direction": "DIR"}


def capability_rows(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Failures by capability, one row each after a header; every cell as it is shown.

    ``orig. wrong`` counts the cases whose first text is decided otherwise than labelled, where the
    test is about what follows from it.
    """
    header = ("capability", "kind", "cases", "failed", "rate", "95 %", "orig. wrong", "linear")
    baseline = result.get("baseline")
    rows = [
        (
            name,
            _KINDS[found["kind"]],
            str(found["cases"]),
            str(found["failed"]),
            _figure(found["failure_rate"]),
            "{:.2f}–{:.2f}".format(*found["interval"]),
            _figure(found["originals_wrong"]),
            _figure(baseline[name]["failure_rate"] if baseline else None),
        )
        for name, found in result["by_capability"].items()
    ]
    return [header, *rows]


def capability_table(result: Mapping[str, Any]) -> Table:
    """``capability_rows`` for a terminal."""
    header, *rows = capability_rows(result)
    table = _table(*header)
    for row in rows:
        table.add_row(*row)
    return table


def _table(*names: str) -> Table:
    table = Table(*names, box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    table.columns[0].no_wrap = True
    return table


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.2f}"
