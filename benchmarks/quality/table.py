"""The study's results as Markdown: ``python -m benchmarks.quality.table [RESULTS]``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

from cyclopts import App

from benchmarks.commands import run_app
from benchmarks.quality.cells import COMPARISON, KEY
from benchmarks.quality.methods import METHODS
from benchmarks.results import FOLDER, Results, Row
from framescope.data.errors import InputError

app = App(name="benchmarks.quality.table", help_on_error=False)

_FRAMES = {"macro_f1": "macro-F1", "micro_f1": "micro-F1"}
_RANKING = {"mean_average_precision": "mean AP"}
_ALL = {
    **_FRAMES,
    "joint_micro_f1": "joint micro-F1",
    "stance_accuracy": "stance accuracy",
    "false_alarms_per_1000": "false alarms / 1,000",
    **_RANKING,
}
_STANCE = {"stance_weighted_f1": "weighted F1", "stance_accuracy": "accuracy", **_RANKING}
#: Data set, test set, title, and the figures that say something there.
_TABLES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("corpus", "held_out", "Shipped corpus, held-out documents", _ALL),
    ("corpus", "headlines", "The same models on real headlines", _ALL),
    ("corpus", "articles", "The same models on real articles", _ALL),
    ("gvfc", "test", "Gun Violence Frame Corpus, official folds", {**_FRAMES, **_RANKING}),
    ("multiclimate", "test", "MultiClimate, official test set", _STANCE),
)


def tables(rows: Sequence[Row]) -> str:
    """One Markdown table for each test set, share, corpus and settings that have results."""
    parts = []
    for dataset, test, title, names in _TABLES:
        here = [r for r in rows if r["dataset"] == dataset and test in r["scores"]]
        for alike in dict.fromkeys(tuple(r[k] for k in COMPARISON) for r in here):
            own = [r for r in here if tuple(r[k] for k in COMPARISON) == alike]
            _, share, corpus, settings = alike
            of = f"Share of documents {share:g}, corpus {corpus[:8]}, settings {settings[:8]}."
            parts.append("\n\n".join([f"### {title}", of, *_compared(own, test, names)]))
    return "\n\n".join([*parts, *_made_with(rows)])


def spread(values: Sequence[float | None], digits: int = 3) -> str:
    """Mean and standard deviation; a dash where nothing is defined."""
    defined = [v for v in values if v is not None]
    if not defined:
        return "–"
    middle = f"{mean(defined):.{digits}f}"
    return f"{middle} ± {stdev(defined):.{digits}f}" if len(defined) > 1 else middle


def _compared(rows: Sequence[Row], test: str, names: dict[str, str]) -> list[str]:
    """The table of the runs that all methods have, and how many others were left out."""
    runs: dict[str, set[tuple[str, int]]] = {r["method"]: set() for r in rows}
    for r in rows:
        runs[r["method"]].add((r["split"], r["seed"]))
    common = set.intersection(*runs.values())
    more = [f"{m} {len(own - common)}" for m, own in runs.items() if own - common]
    left_out = f"Left out, runs that not all of these methods have yet: {', '.join(more)}."
    shown = [r for r in rows if (r["split"], r["seed"]) in common]
    table = [_table(shown, test, names)] if shown else []
    return [*table, left_out] if more else table


def _table(rows: Sequence[Row], test: str, names: dict[str, str]) -> str:
    heads = ["method", "runs", "sentences", *names.values(), "training, s"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for method in METHODS:
        own = [r for r in rows if r["method"] == method]
        if not own:
            continue
        digits = {name: 1 if name == "false_alarms_per_1000" else 3 for name in names}
        cells = [spread([r["scores"][test].get(n) for r in own], digits[n]) for n in names]
        size = f"{mean(r['sentences'] for r in own):.0f}"
        seconds = spread([r["train_seconds"] for r in own], 0)
        lines.append(f"| {' | '.join([method, str(len(own)), size, *cells, seconds])} |")
    return "\n".join(lines)


def _made_with(rows: Sequence[Row]) -> list[str]:
    """A line for each machine and set of versions that the rows were made with."""
    lines = {
        f"{r['processor']}, {r['cores']} cores; "
        + ", ".join(f"{name} {version}" for name, version in r["versions"].items())
        for r in rows
    }
    return ["Mean ± standard deviation over runs (folds and seeds).", *sorted(lines)]


@app.default
def print_tables(results: Path = FOLDER / "quality.jsonl", /) -> None:
    """Print the tables of a study.

    Args:
        results: What ``python -m benchmarks.quality`` wrote.
    """
    rows = Results(results, key=KEY).rows()
    if not rows:
        raise InputError("no results", path=results, expected="make bench-quality first")
    print(tables(rows))


if __name__ == "__main__":
    run_app(app)
