"""Training speed: ``python -m benchmarks.training.speed --help``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from benchmarks.commands import run_app
from benchmarks.results import FOLDER, Results, cpu_seconds, machine
from benchmarks.training.table import table
from framescope.data.console import tell
from framescope.data.provenance import corpus_hash
from framescope.training.settings import TrainSettings

if TYPE_CHECKING:
    from benchmarks.training.runs import Race

#: Rows that agree in these are rounds of one race.
_RACE = ("sentences", "epochs", "corpus_hash")
KEY = (*_RACE, "round", "method")
_WARM_UP = 100

app = App(name="benchmarks.training.speed", help_on_error=False)


@app.default
def speed(
    *,
    sentences: int = 3000,
    rounds: int = 3,
    epochs: int = 3,
    setfit_python: Path = Path("build/setfit-venv/bin/python"),
    setfit_sentences: int = 500,
    results: Path = FOLDER / "training.jsonl",
) -> None:
    """Train Framescope's network and plain Trainer in turns, and print medians as Markdown.

    Args:
        sentences: Sentences of the shipped corpus, by whole documents; one in five is held out.
        rounds: How often each is trained, with another seed and in turned order each time.
        epochs: Passes over the training sentences, for both.
        setfit_python: Interpreter of an environment that has SetFit; without it SetFit is skipped.
        setfit_sentences: Sentences on which SetFit's pairs are timed, two pairs a sentence.
        results: JSON lines to append to; rounds that are there already stay. Rounds of another
            size, number of epochs or corpus stay apart.
    """
    from benchmarks.training.runs import corpus_race, ours, setfit_pairs, trainer

    peers: dict[str, Callable[[Race], Mapping[str, Any]]] = {"trainer": trainer, "ours": ours}
    # What runs first pays for loading libraries; nobody's figure should.
    warm_up = corpus_race(_WARM_UP, TrainSettings(epochs=1))
    for train in peers.values():
        train(warm_up)
    if setfit_python.exists():
        peers["setfit"] = lambda race: setfit_pairs(race, setfit_python, setfit_sentences)
    else:
        tell(f"setfit: no interpreter {setfit_python}, skipped (make bench-training makes one)")
    file = Results(results, key=KEY)
    for number in range(rounds):
        race = corpus_race(sentences, TrainSettings(epochs=epochs, seed=number))
        run_round(number, race, peers, file)
    print(table([row for row in file.rows() if all(row[k] == v for k, v in of_race(race).items())]))


def of_race(race: Race) -> dict[str, Any]:
    """What rounds must share to be compared."""
    work = race.work
    corpus = corpus_hash([*work.train, *race.held_out])
    return dict(zip(_RACE, (len(work.train), work.settings.epochs, corpus), strict=True))


def run_round(
    number: int, race: Race, peers: Mapping[str, Callable[[Race], Mapping[str, Any]]], file: Results
) -> None:
    """Run those that have no row yet for this round; every other round in reverse order."""
    known, own = file.known(), of_race(race)
    for name in list(peers)[:: 1 if number % 2 == 0 else -1]:
        if (*own.values(), number, name) not in known:
            began = cpu_seconds()
            result = peers[name](race)
            cpu = cpu_seconds() - began
            row = {**own, "round": number, "method": name, **result, "cpu_seconds": cpu}
            file.append({**row, **machine()})
            tell(f"round {number}, {name}: {row['seconds']:.1f} s")


if __name__ == "__main__":
    run_app(app)
