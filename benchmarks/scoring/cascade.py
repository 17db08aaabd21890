"""What the first stage saves and loses.

``python -m benchmarks.scoring.cascade [BUNDLE [ARCHIVE]]`` runs both stages over 40,000 sentences
of ``../shared/archive/rss_60k.parquet`` (not part of the repository). The curve chooses a cutoff on
one random half and measures it on the other; where the bundle has a cascade of its own, its cutoff
is measured on both. The logits are kept in ``build/bench``, so that the minutes of the network are
spent once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.alarms import sentences
from benchmarks.scoring.archive import ROOT, archive, bundle
from framescope.data.articles import read_articles
from framescope.data.articles.read import find_sources
from framescope.models.blend import BlendScorer
from framescope.models.bundle import load_bundle
from framescope.models.cascade import Cascade, first_scores
from framescope.models.classifier import FrameClassifier

SENTENCES, SEED = 40_000, 11
SHARES = (0.95, 0.98, 0.99, 0.995, 0.999)
#: Rises of the thresholds, in log-odds.
SHIFTS = (0.0, 1.0)

Floats = NDArray[np.float32]
Row = tuple[str, float, float, float]


def both_logits(model: FrameClassifier, scorer: BlendScorer, path: Path) -> tuple[Floats, Floats]:
    """Logits of the first stage and of the full model, both (n, F, C), computed once."""
    kept = ROOT / "build" / "bench" / f"cascade-{model.hash[:12]}-{path.stem}-{SENTENCES}.npz"
    if not kept.is_file():
        records = read_articles(find_sources([str(path)]), {})
        texts = list(islice(sentences(records, model, seed=SEED), SENTENCES))
        first = scorer.first_logits(texts)
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, first=first, full=scorer.full_logits(texts, first))
    with np.load(kept) as arrays:
        return arrays["first"], arrays["full"]


def curve(first: Floats, margins: NDArray[np.float64]) -> Iterator[Row]:
    """Share wished for, cutoff, share discarded and share of the flagged let through.

    Args:
        first: Logits of the first stage, shape (n, F, C).
        margins: Margins of the full model, shape (n,).
    """
    half = np.random.default_rng(SEED).permutation(len(first)) < len(first) // 2
    unfitted = np.ones(first.shape[1])
    for share in SHARES:
        cascade = Cascade.fit(first[half], margins[half], unfitted, share)
        yield measured(f"{share:.1%}", cascade, first[~half], margins[~half])


def measured(name: str, cascade: Cascade, first: Floats, margins: NDArray[np.float64]) -> Row:
    """A row of the table for one cascade."""
    passes = first_scores(first) >= cascade.cutoff
    flagged = margins >= 0
    return name, cascade.cutoff, float(1 - passes.mean()), float(passes[flagged].mean())


def main() -> None:
    """Print one table for the thresholds as they are, and one for raised thresholds."""
    path = archive()
    if path is None:
        return
    model = load_bundle(bundle())
    if not isinstance(model.scorer, BlendScorer):
        print("a bundle of one model has no first stage: skipped")
        return
    first, full = both_logits(model, model.scorer, path)
    print(f"Bundle {model.hash[:12]}, {path.name}, {len(first)} sentences")
    for shift in SHIFTS:
        rule = model.rule.raised(shift)
        margins = rule.margins(rule.apply(full).frame_probability)
        print(f"\nThresholds raised by {shift:g}: {(margins >= 0).sum()} flagged\n")
        print("| flagged to get through | cutoff | discarded, % | flagged let through, % |")
        print("|---|---|---|---|")
        rows = list(curve(first, margins))
        if model.cascade:
            rows.append(measured("the bundle's", model.cascade.raised(shift), first, margins))
        for name, cutoff, discarded, through in rows:
            print(f"| {name} | {cutoff:.2f} | {100 * discarded:.1f} | {100 * through:.2f} |")


if __name__ == "__main__":
    main()
