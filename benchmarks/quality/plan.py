"""How long what is left to do will take, from what was measured before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import mean

from benchmarks.quality.cells import Cell
from benchmarks.results import Row


def estimate(cell: Cell, rows: Sequence[Row]) -> float | None:
    """Seconds that a cell will take; None where its method was never measured on its data set.

    Time goes with the sentences passed in training (sentences times epochs). The rows of the
    largest size count: full ones before those of a smoke run, whose start-up weighs too much.
    Of the clock's and the processor's seconds the fewer count: the clock's say too much on a
    busy machine, the processor's on several cores.
    """
    like = [r for r in rows if (r["dataset"], r["method"]) == (cell.split.dataset, cell.method)]
    if not like:
        return None
    largest = max(r["size"] for r in like)
    rate = mean(
        min(r["seconds"], r["cpu_seconds"]) / r["size"] for r in like if r["size"] > largest / 2
    )
    return rate * cell.size


def plan(todo: Sequence[Cell], rows: Sequence[Row]) -> str:
    """Cells, sentences and estimated minutes as a Markdown table, by data set and method."""
    count: Counter[tuple[str, str]] = Counter()
    seconds: Counter[tuple[str, str]] = Counter()
    unknown, size = set(), {}
    for cell in todo:
        key = cell.split.dataset, cell.method
        count[key] += 1
        size[key] = f"{len(cell.split.train)} × {cell.epochs}"
        guess = estimate(cell, rows)
        unknown |= {key} if guess is None else set()
        seconds[key] += guess or 0
    lines = ["| data set | method | cells | sentences × epochs | minutes a cell | minutes |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for key, n in count.items():
        total = seconds[key] / 60
        minutes = "– | –" if key in unknown else f"{total / n:.1f} | {total:.0f}"
        lines.append(f"| {' | '.join(key)} | {n} | {size[key]} | {minutes} |")
    left = f"{sum(seconds.values()) / 3600:.1f} hours" + (" and what is unknown" if unknown else "")
    return "\n".join([*lines, "", f"{len(todo)} cells to compute, about {left}."])
