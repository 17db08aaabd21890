"""False alarms in a real archive: ``python -m benchmarks.alarms [BUNDLE]``.

Takes sentences of ``../shared/archive/rss_60k.parquet`` (not part of the repository), cut and left
out as ``framescope score`` does; counts those that name none of the codebook's actors and are given
a frame, as the bundle decides and with false alarms bounded; and lays samples of alarms and
positives down for reading in ``build/bench``.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from framescope.data.articles import Article, Reject, read_articles
from framescope.data.articles.read import find_sources
from framescope.inference.score_shard import cutter_of
from framescope.models.bundle import load_bundle
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import Scores

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = ROOT.parent / "shared" / "archive" / "rss_60k.parquet"
OUTPUT = ROOT / "build" / "bench"
UNRELATED, POSITIVES, READ = 20_000, 40_000, 200
ALLOWED = (20, 10, 5, 2)

#: The states of the codebook, their capitals, leaders, peoples and instruments of war.
ACTORS = re.compile(
    r"belarus|byeloruss|minsk|lukashenk|russia|soviet|moscow|kremlin|putin|\bchin(a|ese)\b|beijing"
    r"|\bxi\b|jinping|ukrain|kyiv|kiev|zelensk|crimea|donbas|donetsk|wagner",
    re.IGNORECASE,
)


def sentences(
    records: Iterable[Article | Reject], model: FrameClassifier, *, seed: int
) -> Iterator[str]:
    """Distinct sentences that the model does not abstain from, the items in random order."""
    items = list(records)
    random.Random(seed).shuffle(items)
    seen: set[str] = set()
    cutter = cutter_of(model, abstain=True)
    for sentence in (s for item in items for s in cutter.cut([item]).sentences):
        if sentence.abstained is None and sentence.text not in seen:
            seen.add(sentence.text)
            yield sentence.text


def flagged(scores: Scores) -> np.ndarray:
    """Whether each sentence carries a frame, shape (n,)."""
    return scores.present.any(axis=1)


def lay_down(name: str, texts: list[str], scores: Scores, model: FrameClassifier) -> None:
    """Write a random sample of flagged sentences with what was decided, to be read."""
    rows = np.flatnonzero(flagged(scores)).tolist()
    chosen = random.Random(1).sample(rows, min(READ, len(rows)))
    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = OUTPUT / f"{name}.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for i in chosen:
            row = {"text": texts[i], "frames": model.space.decode(scores.codes[i])}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"{len(chosen)} of {len(rows)} {name} written to {path.relative_to(ROOT)}", flush=True)


def main() -> None:
    """Print the table and write the samples."""
    if not ARCHIVE.is_file():
        print(f"no {ARCHIVE.name} in ../shared/archive: skipped")
        return
    model = load_bundle(Path(sys.argv[1] if len(sys.argv) > 1 else "build/bundle"))
    unrelated: list[str] = []
    every: list[str] = []
    for text in sentences(read_articles(find_sources([str(ARCHIVE)]), {}), model, seed=7):
        if len(every) < POSITIVES:
            every.append(text)
        if len(unrelated) < UNRELATED and not ACTORS.search(text):
            unrelated.append(text)
        if len(every) == POSITIVES and len(unrelated) == UNRELATED:
            break
    logits = model.scorer.logits(unrelated)
    scores = model.rule.apply(logits)
    all_logits = model.scorer.logits(every)
    print(f"Bundle {model.hash[:12]}, {model.scorer.computed}")
    print("| decisions | alarms per 1,000 that name no actor | flagged of all sentences, % |")
    print("|---|---|---|")
    for allowed in (None, *ALLOWED):
        rule = (model if allowed is None else model.bounded(allowed)).rule
        alarms, all_found = (flagged(rule.apply(x)).mean() for x in (logits, all_logits))
        name = "the bundle's" if allowed is None else f"--max-false-alarms-per-1000 {allowed}"
        print(f"| {name} | {1000 * alarms:.2f} | {100 * all_found:.2f} |", flush=True)
    lay_down("alarms", unrelated, scores, model)
    lay_down("positives", every, model.rule.apply(all_logits), model)


if __name__ == "__main__":
    main()
