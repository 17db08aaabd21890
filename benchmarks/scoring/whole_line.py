"""File to Parquet beside a plain script: ``python -m benchmarks.scoring.whole_line --help``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from cyclopts import App

from benchmarks.commands import run_app
from benchmarks.results import FOLDER, machine
from benchmarks.scoring.archive import ARCHIVE
from benchmarks.scoring.memory import Watched, watch
from framescope.data.console import tell
from framescope.data.errors import InputError

PLAIN = "pandas and transformers.pipeline(batch_size=32)"
#: What each way of scoring adds to ``framescope score``.
WAYS = {"framescope score": (), "framescope score --no-cascade": ("--no-cascade",)}

app = App(name="benchmarks.scoring.whole_line", help_on_error=False)


@app.default
def whole_line(
    bundle: Path,
    *,
    archive: Path = ARCHIVE,
    articles: int = 6000,
    rounds: int = 3,
    json_file: Path = FOLDER / "whole_line.json",
) -> None:
    """Time ``framescope score`` and a plain script in turns, each as a process; print Markdown.

    Args:
        bundle: What to score with; exported engines are used if it holds any.
        archive: Parquet with titles and descriptions; without it nothing is measured.
        articles: How many of its rows, from the start.
        rounds: How often each is timed, in turned order each time; medians are printed.
        json_file: Where all figures go.
    """
    from framescope.data.output import write_json

    if not archive.exists():
        tell(f"there is no archive {archive}: nothing measured")
        return
    timed: dict[str, list[dict[str, float]]] = {PLAIN: [], **{name: [] for name in WAYS}}
    with tempfile.TemporaryDirectory() as work:
        part = _part(archive, articles, Path(work))
        for number in range(rounds):
            for name in list(timed)[:: 1 if number % 2 == 0 else -1]:
                run = _run(name, part, bundle, _output(Path(work), name))
                timed[name].append({"seconds": run.seconds, "peak": run.peak})
                tell(f"round {number}, {name}: {run.seconds:.1f} s")
        outputs = {name: _output(Path(work), name) for name in timed}
        same = {name: parity(outputs[PLAIN], outputs[name]) for name in WAYS}
    result = {"articles": articles, "rounds": timed, "parity": same,
              "load": os.getloadavg(), **machine()}  # fmt: skip
    write_json(json_file, result)
    print(_table(result))


def _part(archive: Path, articles: int, work: Path) -> Path:
    import pyarrow.parquet as pq

    file = work / "archive.parquet"
    pq.write_table(pq.read_table(archive).slice(0, articles), file)
    return file


def _output(work: Path, name: str) -> Path:
    return work / ("plain.parquet" if name == PLAIN else "".join(["scored", *WAYS[name]]))


def _run(name: str, archive: Path, bundle: Path, output: Path) -> Watched:
    if name == PLAIN:
        module = [sys.executable, "-m", "benchmarks.scoring.straightforward"]
        command = [*module, str(archive), str(bundle), str(output)]
    else:
        score = [sys.executable, "-m", "framescope", "score", str(archive), "--overwrite"]
        command = [*score, "--bundle", str(bundle), "--output", str(output), *WAYS[name]]
    log = output.with_suffix(".log")
    run = watch(command, log=log)
    if run.code:
        raise InputError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
    return run


def parity(plain: Path, scored: Path) -> dict[str, Any]:
    """How far a scored archive lies from the plain script's table.

    Sentences are compared by their text: markup, repeats and sentences outside the model's scope
    are treated by ``framescope score`` alone.
    """
    import pandas as pd

    left = pd.read_parquet(plain).drop_duplicates("text").set_index("text")
    right = pd.read_parquet(scored / "sentences")
    right = right[right["abstained"].isna()].drop_duplicates("text").set_index("text")
    left, right = left.align(right, join="inner", axis=0)
    frames = [c for c in left.columns if not c.endswith("_probability")]
    equal = (left[frames] == right[frames].astype(bool)).all(axis=1)
    apart = [(left[f"{f}_probability"] - right[f"{f}_probability"]).abs() for f in frames]
    full = ~right["discarded"].fillna(value=False).astype(bool)
    flagged = left[frames].any(axis=1)
    return {
        "sentences": len(left), "decisions_equal": float(equal.mean()),
        "flagged": int(flagged.sum()), "flagged_lost": int((flagged & ~full).sum()),
        "discarded": float(1 - full.mean()),
        "largest_difference": float(max(a[full].max() for a in apart)),
    }  # fmt: skip


def _table(result: dict[str, Any]) -> str:
    head = "| | seconds | times as fast | peak MiB | decided alike | probability apart, at most |"
    lines = [head, "|---|---|---|---|---|---|", *(_line(result, name) for name in result["rounds"])]
    return "\n".join([*lines, "", _made_with(result)])


def _line(result: dict[str, Any], name: str) -> str:
    base, rounds = result["rounds"][PLAIN], result["rounds"][name]
    seconds = [r["seconds"] for r in rounds]
    low, middle, high = min(seconds), median(seconds), max(seconds)
    ratio = median(b["seconds"] / r["seconds"] for b, r in zip(base, rounds, strict=True))
    peak = median(r["peak"] for r in rounds)
    same = result["parity"].get(name)
    alike = f"{same['decisions_equal']:.2%} | {same['largest_difference']:.4f}" if same else "|"
    return f"| {name} | {middle:.1f} ({low:.1f}–{high:.1f}) | {ratio:.1f} | {peak:,.0f} | {alike} |"


def _made_with(result: dict[str, Any]) -> str:
    same = next(iter(result["parity"].values()))
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    return (
        f"{len(result['rounds'][PLAIN])} rounds, {result['articles']:,} articles, "
        f"{same['sentences']:,} different sentences; the first stage discarded "
        f"{same['discarded']:.0%} and lost {same['flagged_lost']} of {same['flagged']} flagged "
        f"ones (probabilities are compared where it did not). {result['processor']}, "
        f"{result['cores']} cores, load {result['load'][0]:.1f}; {versions}."
    )


if __name__ == "__main__":
    run_app(app)
