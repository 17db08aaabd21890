"""The cells of the study: every method on every split, computed once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality.datasets import Split
from benchmarks.quality.measure import figures
from benchmarks.quality.work import Method, Work
from benchmarks.results import Results, Row, cpu_seconds, machine
from framescope.data.console import tell
from framescope.data.errors import InputError
from framescope.training.settings import TrainSettings

#: Rows that agree in these are runs of one comparison.
COMPARISON = ("dataset", "share", "corpus_hash", "settings_hash")
KEY = (*COMPARISON, "split", "method", "seed")


@dataclass(frozen=True, slots=True)
class Cell:
    """One method on one split."""

    split: Split
    method: str
    settings: TrainSettings

    @property
    def key(self) -> tuple[str, float, str, str, str, str, int]:
        """Values of ``KEY``."""
        s = self.split
        same = s.dataset, s.share, s.corpus_hash, self.settings_hash
        return *same, s.name, self.method, s.seed

    @property
    def name(self) -> str:
        """What tells a cell from the others of one study, to be read."""
        return f"{self.split.dataset}, {self.split.name}, {self.method}, {self.split.seed}"

    @property
    def settings_hash(self) -> str:
        """SHA-256 (64 hex digits) over all settings but the seed, which is a run's own."""
        return hashlib.sha256(self.settings.model_dump_json(exclude={"seed"}).encode()).hexdigest()

    @property
    def epochs(self) -> int:
        """Passes over the training sentences; 1 for methods that know none."""
        return self.settings.epochs if self.method in {"trainer", "ours"} else 1

    @property
    def size(self) -> int:
        """Sentences passed in training: what its time goes with."""
        return self.epochs * len(self.split.train)


def cells(
    splits: Iterable[Split], methods: Sequence[str], settings: Mapping[str, TrainSettings]
) -> Iterator[Cell]:
    """Every method on every split, split by split, under the settings of its data set."""
    for split in splits:
        own = settings[split.dataset].model_copy(update={"seed": split.seed})
        for method in methods:
            yield Cell(split, method, own)


def compute(cell: Cell, method: Method) -> Row:
    """Train and measure one cell."""
    split = cell.split
    tests = {name: [s.text for s in test] for name, test in split.tests.items()}
    work = Work(split.train, tests, split.codebook, cell.settings)
    started, cpu_started = time.perf_counter(), cpu_seconds()
    outcome = method(work)
    seconds, cpu = time.perf_counter() - started, cpu_seconds() - cpu_started
    scores = {
        name: figures(outcome.decisions[name], work.space.encode(test), work.space)
        for name, test in split.tests.items()
    }
    return {
        **dict(zip(KEY, cell.key, strict=True)),
        "sentences": len(split.train),
        "size": cell.size,
        "train_seconds": outcome.train_seconds,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "scores": scores,
        "settings": cell.settings.model_dump(),
        **machine(),
    }


def run(todo: Sequence[Cell], methods: Mapping[str, Method], results: Results) -> int:
    """Compute the cells that are not in the results yet; the number of those that failed.

    A method that fails on one cell does not stop the others: the cell stays out, and the next
    run tries it again.
    """
    known, failed = results.known(), 0
    for number, cell in enumerate(todo, start=1):
        name = f"[{number}/{len(todo)}] {cell.name}"
        if cell.key in known:
            tell(f"{name}: there already")
            continue
        try:
            row = compute(cell, methods[cell.method])
        except (InputError, ValueError, RuntimeError) as error:
            failed += 1
            tell(f"{name}: failed: {error}")
            continue
        results.append(row)
        tell(f"{name}: trained in {row['train_seconds']:.0f} s")
    return failed
