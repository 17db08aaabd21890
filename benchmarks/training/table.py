"""Training speed as Markdown, from its result rows."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.results import Row


def table(rows: Sequence[Row]) -> str:
    """Medians over whole rounds with the range in brackets, then machine and versions.

    The quality to reach is, in each round, the one with which plain Trainer ends.

    Args:
        rows: Of one corpus, size and number of epochs.
    """
    rounds = {m: {r["round"] for r in rows if r["method"] == m} for m in ("trainer", "ours")}
    whole = set.intersection(*rounds.values())
    by_method = {m: [r for r in rows if r["method"] == m and r["round"] in whole] for m in rounds}
    if not whole:
        return "No whole round yet."
    lines = [
        "| | plain Trainer, fp32 | Framescope | Framescope / Trainer |\n|---|---|---|---|",
        _line("sentences in a second", by_method, _rate, 1),
        _line("seconds for all epochs", by_method, lambda r: r["seconds"], 1),
        _line("mean average precision at the end", by_method, lambda r: r["progress"][-1][1], 3),
    ]
    targets = {r["round"]: r["progress"][-1][1] for r in by_method["trainer"]}
    lines.append(_line("seconds to the quality with which Trainer ends", by_method,
                       lambda r: seconds_to(targets[r["round"]], r["progress"]), 1))  # fmt: skip
    return "\n".join([*lines, "", *_pairs(rows), *_made_with(by_method["ours"])])


def seconds_to(target: float, epochs: list[tuple[float, float]]) -> float | None:
    """Seconds at the end of the first epoch whose quality is the target; None if never reached."""
    return next((seconds for seconds, quality in epochs if quality >= target), None)


def _rate(row: Row) -> float:
    return float(row["sentences"] * row["epochs"] / row["seconds"])


def _line(title: str, by_method: dict[str, list[Row]], value: Any, digits: int) -> str:
    found = {m: [value(r) for r in rows] for m, rows in by_method.items()}
    cells = [_cell(found[m], digits) for m in ("trainer", "ours")]
    whole = all(v is not None for values in found.values() for v in values)
    ratio = f"{median(found['ours']) / median(found['trainer']):.2f}" if whole else "–"
    return f"| {title} | {' | '.join(cells)} | {ratio} |"


def _cell(values: list[float | None], digits: int) -> str:
    """Median and range; how often it was not reached, where it was not."""
    reached = [v for v in values if v is not None]
    if not reached:
        return "not reached"
    low, middle, high = (f"{f(reached):.{digits}f}" for f in (min, median, max))
    missed = f", {len(values) - len(reached)} not reached" if len(reached) < len(values) else ""
    return f"{middle} ({low}–{high}{missed})"


def _pairs(rows: Sequence[Row]) -> list[str]:
    """SetFit's pairs in a second, and what its usual 40 pairs a sentence would take."""
    own = [r for r in rows if r["method"] == "setfit"]
    if not own:
        return ["SetFit: not measured."]
    rate = median(r["pairs"] / r["seconds"] for r in own)
    sentences = next(r["sentences"] for r in rows if r["method"] == "ours")
    hours = 40 * sentences / rate / 3600
    return [
        f"SetFit {own[0]['setfit']}: {rate:.1f} pairs in a second; its usual 20 iterations (40 "
        f"pairs a sentence) on these {sentences} sentences would take {hours:.1f} hours (not run)."
    ]


def _made_with(rows: Sequence[Row]) -> list[str]:
    row = rows[-1]
    versions = ", ".join(f"{name} {version}" for name, version in row["versions"].items())
    return [
        f"{len(rows)} rounds, {row['sentences']} sentences, {row['epochs']} epochs; "
        f"{row['processor']}, {row['cores']} cores; {versions}."
    ]
