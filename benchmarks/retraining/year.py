"""A year of retraining in ten batches: ``python -m benchmarks.retraining.year --help``.

Six batches are clean. One has flipped labels, one was there before, one has gold sentences in it,
one is of an older codebook: the gate has to stop these four, and only these.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from cyclopts import App

from benchmarks.commands import run_app
from benchmarks.retraining.parts import corpus_parts
from framescope.cli import main
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import load_codebook
from framescope.data.formats import write_format
from framescope.models.bundle import load_bundle
from framescope.models.registry import Registry
from framescope.training.evaluation import evaluate_classifier
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle

Kind = Literal["clean", "poisoned", "duplicated", "gold inside", "older codebook"]
WEEKS: tuple[Kind, ...] = (
    "clean", "clean", "poisoned", "clean", "duplicated",
    "clean", "gold inside", "clean", "older codebook", "clean",
)  # fmt: skip
#: Each clean batch is larger than the one before: half as much as there is, so that it can be told
#: to help. A learning curve flattens.
GROWTH = 1.5
_SWAPPED = {"supports": "disputes", "disputes": "supports", "neutral": "neutral"}
_GOLD_INSIDE = 5

app = App(name="benchmarks.retraining.year", help_on_error=False)


@dataclass(frozen=True, slots=True)
class Week:
    """What became of one batch, and how good the current bundle is after it."""

    number: int
    kind: Kind
    outcome: str
    why: str
    joint_micro_f1: float
    macro_f1: float


@app.default
def year(
    *,
    model: Literal["linear", "network"] = "linear",
    start: int = 300,
    first: int = 150,
    gold: int = 3500,
    epochs: int = 3,
    json_file: Path | None = None,
) -> None:
    """Run the year on the shipped corpus and print it as Markdown.

    Args:
        model: What the bundles are.
        start: Sentences of the first champion.
        first: Sentences of the first clean batch.
        gold: Sentences of the frozen gold.
        epochs: Passes over the sentences, for a network.
        json_file: Also write the weeks to this file.
    """
    settings = TrainSettings(model=model, epochs=epochs)
    with TemporaryDirectory() as folder:
        weeks = run_year(Path(folder), settings, start=start, first=first, gold=gold)
    print("| week | batch | outcome | joint micro-F1 | macro-F1 | why |\n|---|---|---|---|---|---|")
    for w in weeks:
        figures = f"{w.joint_micro_f1:.3f} | {w.macro_f1:.3f}"
        print(f"| {w.number} | {w.kind} | {w.outcome} | {figures} | {w.why} |")
    if json_file is not None:
        json_file.write_text(json.dumps([asdict(w) for w in weeks], indent=2) + "\n")


def run_year(
    folder: Path, settings: TrainSettings, *, start: int, first: int, gold: int
) -> list[Week]:
    """Run ten weeks in a folder, each with the command that a team would run."""
    sizes = [int(first * GROWTH**i) for i in range(WEEKS.count("clean"))]
    frozen, corpus, *clean = corpus_parts(gold, start, *sizes)
    files = {"gold": _write(folder / "gold.jsonl", frozen)}
    corpus_file = _write(folder / "week-0.jsonl", corpus)
    train_bundle(corpus, load_codebook(), settings, folder / "champion")
    registry = Registry(folder / "registry")
    registry.promote(registry.add(folder / "champion"), expected=None)
    last, weeks = corpus, []
    for number, kind in enumerate(WEEKS, start=1):
        # The sentences of a batch that is stopped come again, put right, in the next one.
        rows = clean[WEEKS[: number - 1].count("clean")]
        batch = _write_batch(folder / f"batch-{number}.jsonl", kind, rows, last, frozen)
        last = rows if kind == "clean" else last
        output = folder / f"week-{number}"
        record = _retrain(registry, batch, files["gold"], corpus_file, output)
        if record["may_promote"]:
            corpus_file = output / "corpus.jsonl"
        found = evaluate_classifier(load_bundle(registry.folder("current")), frozen)
        why = "; ".join(record["why"])
        figures = found["joint_micro_f1"], found["macro_f1"]
        weeks.append(Week(number, kind, record["outcome"], why, *figures))
    return weeks


def _retrain(
    registry: Registry, batch: Path, gold: Path, corpus: Path, output: Path
) -> dict[str, Any]:
    paths = {"champion": registry.url, "annotations": batch, "gold": gold, "corpus": corpus}
    options = [str(part) for name, path in paths.items() for part in (f"--{name}", path)]
    try:
        main(["retrain", *options, "--output", str(output)])
    except SystemExit as end:
        if end.code not in {0, 1}:
            raise
    content: dict[str, Any] = json.loads((output / "decision.json").read_text(encoding="utf-8"))
    return content


def _write(path: Path, rows: Sequence[AnnotatedSentence]) -> Path:
    write_format("native", path, rows, load_codebook())
    return path


def _write_batch(
    path: Path,
    kind: Kind,
    rows: Sequence[AnnotatedSentence],
    last: Sequence[AnnotatedSentence],
    gold: Sequence[AnnotatedSentence],
) -> Path:
    if kind == "poisoned":
        return _write(path, [s.model_copy(update={"frames": _flipped(s)}) for s in rows])
    if kind == "duplicated":
        return _write(path, [s.model_copy(update={"id": f"again-{s.id}"}) for s in last])
    if kind == "gold inside":
        return _write(path, [*rows, *gold[:_GOLD_INSIDE]])
    if kind == "older codebook":
        lines = (s.model_dump(exclude_unset=True) | {"codebook": "0" * 12} for s in rows)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return path
    return _write(path, rows)


def _flipped(sentence: AnnotatedSentence) -> dict[str, str | None]:
    """The other stance; no frame for a frame, and a frame for none."""
    if not sentence.labels:
        return {"economic_diversification": "supports"}
    present = set(sentence.labels)
    absent = [f for f in load_codebook().frame_ids if f not in present]
    return {frame: _SWAPPED[next(iter(sentence.labels.values())) or "neutral"] for frame in absent}


if __name__ == "__main__":
    run_app(app)
