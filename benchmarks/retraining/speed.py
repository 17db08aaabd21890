"""Warm against cold retraining: ``python -m benchmarks.retraining.speed --help``."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from cyclopts import App

from benchmarks.commands import run_app
from benchmarks.results import FOLDER, Results, cpu_seconds, machine
from benchmarks.retraining.parts import corpus_parts
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import load_codebook
from framescope.data.console import tell
from framescope.models.bundle import load_bundle
from framescope.training.evaluation import evaluate_classifier
from framescope.training.retraining.challenger import Champion, train_challenger
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle

_MEASURED = ("joint_micro_f1", "macro_f1")

app = App(name="benchmarks.retraining.speed", help_on_error=False)


@app.default
def speed(
    *,
    sentences: int = 9000,
    new: int = 200,
    gold: int = 2000,
    epochs: int = 3,
    rounds: int = 3,
    results: Path = FOLDER / "retraining.jsonl",
) -> None:
    """Retrain the default network on new sentences, cold and warm, and print a table.

    Args:
        sentences: Sentences of the shipped corpus that the champion is trained on.
        new: New sentences.
        gold: Sentences on which all three are measured.
        epochs: Most passes over the sentences, for champion and cold start.
        rounds: How often, with other parts of the corpus each time.
        results: JSON lines to append to; rounds that are there already stay.
    """
    size = {"sentences": sentences, "new": new, "gold": gold, "epochs": epochs}
    file = Results(results, key=(*size, "round"))
    print("| round | start | seconds | CPU seconds | joint micro-F1 | macro-F1 |")
    print("|---|---|---|---|---|---|")
    for number in range(rounds):
        if (*size.values(), number) in file.known():
            continue
        parts = corpus_parts(gold, sentences, new, seed=number)
        with TemporaryDirectory() as folder:
            rows = _round(Path(folder), parts, TrainSettings(epochs=epochs, seed=number))
            for row in rows:
                file.append({**size, "round": number, **row, **machine()})
                told = (row["seconds"], row["cpu_seconds"], *(row[m] for m in _MEASURED))
                print(f"| {number} | {row['start']} | " + " | ".join(f"{v:.3f}" for v in told), "|")


def _round(
    folder: Path, parts: list[list[AnnotatedSentence]], settings: TrainSettings
) -> list[dict[str, Any]]:
    """The champion, and what cold and warm make of the new sentences."""
    gold, corpus, new = parts

    def measured(start: str, bundle: Path, began: float, cpu: float) -> dict[str, Any]:
        took = {"seconds": time.monotonic() - began, "cpu_seconds": cpu_seconds() - cpu}
        found = evaluate_classifier(load_bundle(bundle), gold)
        tell(f"{start}: {took['seconds']:.0f} s")
        return {"start": start, **took, **{name: found[name] for name in _MEASURED}}

    began, cpu = time.monotonic(), cpu_seconds()
    train_bundle(corpus, load_codebook(), settings, folder / "champion")
    rows = [measured("champion", folder / "champion", began, cpu)]
    champion = Champion.load(folder / "champion")
    starts: tuple[Literal["cold", "warm"], ...] = ("warm", "cold")
    for start in starts:
        began, cpu = time.monotonic(), cpu_seconds()
        told = {"hash": "", "sentences": len(gold)}
        train_challenger(champion, [*corpus, *new], new, start, folder / start, gold=told)
        rows.append(measured(start, folder / start, began, cpu))
    return rows


if __name__ == "__main__":
    run_app(app)
