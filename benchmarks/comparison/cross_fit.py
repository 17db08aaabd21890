"""Gold that was trained on, with cross-fitting and without: do 95 % intervals cover the truth?

Real text, real training, known labels: an invented archive whose words tell the frame badly, so
that learning by heart pays, is scored, drawn from, annotated, and scored again by linear bundles
trained on the draw. Usage: ``python -m benchmarks.comparison.cross_fit [ROUNDS]``.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np

from benchmarks.results import FOLDER, machine
from framescope.data.annotations import parse_annotation
from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook
from framescope.data.console import console
from framescope.inference.comparison import drawn_gold
from framescope.inference.comparison.compare import compare_outlets
from framescope.inference.manifest import ScoredArchive, open_scored
from framescope.inference.sampling.next import draw_next
from framescope.inference.score import score_archive
from framescope.models.bundle import load_bundle
from framescope.training.cross_fit import train_parts
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle

ARTICLES, SENTENCES, GOLD, PARTS = 400, 3, 300, 3
SHARES = {"North": 0.2, "South": 0.5}
LINEAR = TrainSettings(model="linear")
CODEBOOK = Codebook.model_validate({"id": "one", "version": 1, "frames": [{"id": "help"}]})
#: Whether a text has the frame, and the outlet it is in.
Truth = dict[str, tuple[bool, str]]
_Round = dict[str, list[tuple[bool, float, float]]]


def write_archive(path: Path, seed: int) -> Truth:
    """Articles of two outlets; seven of ten sentences have the word that tells the frame."""
    random, told = np.random.default_rng(seed), {}
    with path.open("w", encoding="utf-8") as stream:
        for number in range(ARTICLES):
            outlet = list(SHARES)[number % 2]
            texts = []
            for place in range(SENTENCES):
                framed = bool(random.random() < SHARES[outlet])
                hint = "drones" if framed == (random.random() < 0.7) else "rain"
                texts.append(f"Report {number} by writer{place}{number} is about {hint} in town.")
                told[texts[-1]] = framed, outlet
            row = {"id": f"a{number}", "outlet": outlet, "text": " ".join(texts)}
            stream.write(json.dumps(row) + "\n")
    return told


def score(folder: Path, bundle: Path, name: str) -> Path:
    """Score the archive in a folder."""
    sources = find_sources([folder / "archive.jsonl"])
    output = folder / name
    score_archive(sources, {}, load_bundle(bundle), output, settings={}, abstain=False)
    return output


def one_round(folder: Path, first: Path, seed: int) -> _Round:
    """Whether each outlet's interval covers its share, its error and its width, by method."""
    truth = write_archive(folder / "archive.jsonl", seed)
    before = open_scored([score(folder, first, "first")])
    gold = [
        s.model_copy(update={"frames": {"help": None} if truth[s.text][0] else {}})
        for s in draw_next(before, "estimation", GOLD, seed=seed).sentences
    ]
    path = folder / "gold.jsonl"
    path.write_text("".join(s.model_dump_json() + "\n" for s in gold), encoding="utf-8")
    parts = train_parts(gold, CODEBOOK, LINEAR, folder / "parts", parts=PARTS)
    train_bundle(gold, CODEBOOK, LINEAR, folder / "all")
    scored = {
        "cross-fitted": [score(folder, part, f"scored {part.name}") for part in parts],
        "trained on all gold": [score(folder, folder / "all", "again")],
    }
    # The second is what Framescope refuses: the gate is opened to see what it keeps out.
    with patch.object(drawn_gold, "_TRAINED_ON", 1.0):
        return {
            method: covered(open_scored(folders, parts=True), before, path, truth)
            for method, folders in scored.items()
        }


def covered(
    archives: list[ScoredArchive], before: list[ScoredArchive], gold: Path, truth: Truth
) -> list[tuple[bool, float, float]]:
    """Of each outlet: does the archive's interval cover its share, by how much does it miss."""
    (correction,) = compare_outlets(archives, drawn=[gold], drawn_from=before).corrected
    found = []
    for told in correction.by_outlet:
        share = float(
            np.mean([framed for framed, outlet in truth.values() if outlet == told.outlet])
        )
        limits = told.archive
        if limits is not None:
            inside = limits.low <= share <= limits.high
            found.append((inside, limits.share - share, limits.high - limits.low))
    return found


def first_bundle(folder: Path) -> Path:
    """What scores an archive before anything of it is annotated: it learnt from another."""
    truth = write_archive(folder / "archive.jsonl", seed=10**6)
    rows = [
        {"id": str(i), "text": text, "document": str(i), "frames": {"help": None} if framed else {}}
        for i, (text, (framed, _)) in enumerate(list(truth.items())[:120])
    ]
    gold = [parse_annotation(row, CODEBOOK) for row in rows]
    train_bundle(gold, CODEBOOK, LINEAR, folder / "bundle")
    return folder / "bundle"


def main() -> None:
    """Run the rounds and print a table; some five seconds each."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    console.quiet = True
    results: _Round = defaultdict(list)
    with TemporaryDirectory() as place:
        first = first_bundle(Path(place))
        for number in range(rounds):
            with TemporaryDirectory() as folder:
                for method, values in one_round(Path(folder), first, number).items():
                    results[method] += values
    table = {
        method: dict(
            zip(("coverage", "bias", "width"), np.mean(values, axis=0).tolist(), strict=True)
        )
        for method, values in results.items()
    }
    print(
        "| gold | coverage of 95 % | mean error, points | mean width, points |\n|---|---|---|---|"
    )
    for method, row in table.items():
        told = [
            f"{100 * row['coverage']:.1f} %",
            *(f"{100 * row[n]:+.1f}" for n in ("bias", "width")),
        ]
        print(f"| {method} | {' | '.join(told)} |")
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {"rounds": rounds, "machine": machine(), "methods": table}
    (FOLDER / "cross_fit.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
