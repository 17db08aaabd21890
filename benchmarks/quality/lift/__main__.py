"""What lifts the network: ``python -m benchmarks.quality.lift --help``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import numpy as np
from cyclopts import App
from numpy.typing import NDArray
from scipy.special import softmax

from benchmarks.commands import run_app
from benchmarks.quality.datasets import SHARED, Split, splits
from benchmarks.quality.lift.recipes import RECIPES, Recipe
from benchmarks.quality.lift.tuner import RecipeTuner
from benchmarks.quality.settings import SETTINGS
from benchmarks.quality.table import spread
from benchmarks.results import FOLDER, Results, Row, machine
from framescope.data.console import tell
from framescope.data.errors import InputError
from framescope.models.blend import blend
from framescope.models.labels import LabelSpace
from framescope.models.linear import LinearScorer
from framescope.training.fit import training_examples
from framescope.training.metrics.average_precision import mean_average_precision

KEY = ("corpus_hash", "share", "seed", "recipe", "recipe_hash")

app = App(name="benchmarks.quality.lift", help_on_error=False)


@app.default
def lift(
    *,
    only: str = "",
    seeds: int = 3,
    share: float = 0.35,
    shared: Path = SHARED,
    results: Path = FOLDER / "lift.jsonl",
) -> None:
    """Train by each recipe on parts of the shipped corpus; what is in the results already stays.

    Args:
        only: Recipes to keep, with semicolons between.
        seeds: Number of seeds, which also are the folds that are held out; at most 5.
        share: Share (0 to 1) of the training documents that is used.
        shared: Folder of the real texts.
        results: JSON lines to append to.
    """
    wanted = [name.strip() for name in only.split(";") if name.strip()] or list(RECIPES)
    if unknown := set(wanted) - set(RECIPES):
        raise InputError(f"unknown recipe {min(unknown)}", expected="; ".join(RECIPES))
    file = Results(results, key=KEY)
    for split in splits(["corpus"], shared, seeds=seeds, share=share):
        baseline = None
        for name in wanted:
            key = (split.corpus_hash, share, split.seed, name, _hash(RECIPES[name]))
            if key in file.known():
                continue
            baseline = baseline or _baseline(split)
            scores = measure(split, RECIPES[name], baseline)
            file.append({**dict(zip(KEY, key, strict=True)), "scores": scores, **machine()})
            tell(f"{name}, seed {split.seed}: {scores}")
    print(table(file.rows()))


def measure(split: Split, recipe: Recipe, baseline: LinearScorer) -> dict[str, float]:
    """Mean average precision of the frames, by the network alone and blended with the baseline."""
    space = LabelSpace.of(split.codebook)
    update = {"seed": split.seed, **recipe.settings}
    tuner = RecipeTuner(recipe, SETTINGS["corpus"].model_copy(update=update), space)
    scorer = tuner.fit(training_examples(split.train, space))
    found = {}
    for name, test in split.tests.items():
        texts, codes = [s.text for s in test], space.encode(test)
        network = tuner.logits(scorer, texts)
        found[f"{name}, network"] = frame_precision(network, codes)
        both = blend(network, baseline.logits(texts), tuner.settings.network_weight)
        found[f"{name}, blend"] = frame_precision(both, codes)
    return found


def frame_precision(logits: NDArray[np.float32], codes: NDArray[np.int64]) -> float:
    """Mean over frames of the average precision of P(frame), from logits (n, F, C)."""
    present = 1 - softmax(logits, axis=2)[:, :, :1]
    return mean_average_precision(present, np.minimum(codes, 1)) or 0.0


def table(rows: Sequence[Row]) -> str:
    """For each share of the documents, means over the seeds and gains over training as it is."""
    shares = dict.fromkeys(row["share"] for row in rows)
    parts = [(share, _table([row for row in rows if row["share"] == share])) for share in shares]
    return "\n\n".join(f"Share of the training documents: {share:g}\n\n{t}" for share, t in parts)


def _table(rows: Sequence[Row]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row["scores"]))
    lines = [f"| recipe | seeds | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    base = {r["seed"]: r["scores"] for r in rows if r["recipe"] == "as it is"}
    for recipe in dict.fromkeys(row["recipe"] for row in rows):
        own = {r["seed"]: r["scores"] for r in rows if r["recipe"] == recipe}
        cells = [_cell([own[s][n] for s in own], [own[s][n] - base[s][n] for s in own if s in base])
                 for n in names]  # fmt: skip
        lines.append(f"| {recipe} | {len(own)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(values: Sequence[float], differences: Sequence[float]) -> str:
    gain = f" ({mean(differences):+.3f})" if any(differences) else ""
    return spread(values) + gain


def _baseline(split: Split) -> LinearScorer:
    space = LabelSpace.of(split.codebook)
    examples = training_examples(split.train, space)
    return LinearScorer.fit(examples.texts, examples.codes, space, examples.weights)


def _hash(recipe: Recipe) -> str:
    return hashlib.sha256(repr(recipe).encode()).hexdigest()[:16]


if __name__ == "__main__":
    run_app(app)
