"""The quality study: ``python -m benchmarks.quality --help``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from benchmarks.commands import run_app
from benchmarks.quality.cells import KEY, Cell, cells, run
from benchmarks.quality.datasets import DATASETS, SHARED, Split, splits
from benchmarks.quality.methods import METHODS, available
from benchmarks.quality.plan import plan
from benchmarks.quality.settings import SETTINGS
from benchmarks.results import FOLDER, Results
from framescope.data.errors import InputError

_SMOKE_SIZE = 128
SMOKE_FILE = FOLDER / "smoke" / "quality.jsonl"

app = App(name="benchmarks.quality", help_on_error=False)


@app.default
def study(
    *,
    only: str = "",
    seeds: int = 3,
    share: float = 0.35,
    plan_only: Annotated[bool, Parameter(name="--plan", negative="")] = False,
    setfit_python: Path = Path("build/setfit-venv/bin/python"),
    shared: Path = SHARED,
    results: Path = FOLDER / "quality.jsonl",
    smoke: Annotated[bool, Parameter(show=False, negative="")] = False,
) -> None:
    """Compute every method on every data set; what is in the results already stays.

    Args:
        only: Methods and data sets to keep, with commas between: ``ours,trainer,gvfc``.
        seeds: Seeds of training (for the shipped corpus also its folds, so at most 5).
        share: Share (0 to 1) of the training documents of the shipped corpus that every method
            gets: what two cores can do in hours.
        plan_only: Print what is left to do and how long it will take, and do nothing.
        setfit_python: Interpreter of an environment that has SetFit.
        shared: Folder of the real texts; data sets that are not in it are skipped.
        results: JSON lines to append to; remove the file, or lines of it, to compute anew.
        smoke: Try everything on a few sentences for one epoch, into a file of its own.
    """
    _require(1 <= seeds <= 5, "--seeds", "1 to 5")
    _require(0 < share <= 1, "--share", "more than 0, at most 1")
    names, data = _chosen(only)
    methods = available(setfit_python)
    found = splits(data, shared, seeds=seeds, share=share)
    settings = dict(SETTINGS)
    if smoke:
        results = SMOKE_FILE
        found = _first_of_each(found)
        settings = {k: v.model_copy(update={"epochs": 1}) for k, v in settings.items()}
    file = Results(results, key=KEY)
    todo = list(cells(found, [m for m in names if m in methods], settings))
    if plan_only:
        _print_plan(todo, file)
    elif failed := run(todo, methods, file):
        raise InputError(f"{failed} of {len(todo)} cells failed")


def _chosen(only: str) -> tuple[list[str], list[str]]:
    """Methods and data sets that are named; all of a kind of which none is named."""
    named = {name.strip() for name in only.split(",") if name.strip()}
    unknown = named - {*METHODS, *DATASETS}
    _require(not unknown, "--only", f"some of {', '.join((*METHODS, *DATASETS))}")
    methods = [m for m in METHODS if m in named] or list(METHODS)
    return methods, [d for d in DATASETS if d in named] or list(DATASETS)


def _first_of_each(found: Iterable[Split]) -> Iterator[Split]:
    """The first split of each data set, a few sentences of it."""
    seen: set[str] = set()
    for split in found:
        if split.dataset not in seen:
            seen.add(split.dataset)
            yield split.cut(_SMOKE_SIZE)


def _print_plan(todo: Sequence[Cell], file: Results) -> None:
    known = file.known()
    rows = [*file.rows(), *Results(SMOKE_FILE, key=KEY).rows()]
    print(plan([cell for cell in todo if cell.key not in known], rows))


def _require(holds: bool, option: str, expected: str) -> None:
    if not holds:
        raise InputError(f"{option} cannot be used", expected=expected)


if __name__ == "__main__":
    run_app(app)
