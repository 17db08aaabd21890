"""How good a bundle is on real annotated sentences: ``python -m benchmarks.gold [BUNDLE]``.

Reads ``../shared/real/gold_*.jsonl``, which is not part of the repository.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from framescope.data.annotations import read_annotations
from framescope.models.bundle import load_bundle
from framescope.training.evaluation import evaluate_with_baseline

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"
OVERALL = ("macro_f1", "micro_f1", "joint_micro_f1", "false_alarms_per_1000")


def row(title: str, scores: Any, intervals: Any, linear: Any, name: str) -> str:
    """One row of the table; what is not defined is a dash."""
    value, interval, base = scores[name], intervals[name], linear[name]
    cells = [
        f"{v:.3f}" if v is not None else "–" for v in (value, *(interval or (None, None)), base)
    ]
    return f"| {title} | {cells[0]} | {cells[1]}–{cells[2]} | {cells[3]} |"


def main() -> None:
    """Print one Markdown table for each gold file."""
    bundle = Path(sys.argv[1] if len(sys.argv) > 1 else "build/bundle")
    files = sorted(REAL.glob("gold_*.jsonl"))
    if not files:
        print(f"no gold in ../shared/{REAL.name}: skipped")
        return
    model = load_bundle(bundle)
    for path in files:
        gold = read_annotations([path], model.codebook)
        result = evaluate_with_baseline(model, bundle, gold)
        print(
            f"\n{path.name}: {result['sentences']} sentences, bundle {result['bundle_hash'][:12]}\n"
        )
        print("| figure | bundle | 95 % interval | linear baseline |\n|---|---|---|---|")
        for name in OVERALL:
            print(row(name, result, result["intervals"], result["baseline"], name))
        for frame, scores in result["frames"].items():
            intervals, linear = (
                r["frames"][frame] for r in (result["intervals"], result["baseline"])
            )
            for name in ("f1", "stance_accuracy"):
                print(row(f"{frame}, {name}", scores, intervals, linear, name))


if __name__ == "__main__":
    main()
