"""How good a bundle is on real annotated sentences: ``python -m benchmarks.gold [BUNDLE]``.

Reads ``../shared/real/gold_*.jsonl``, which is not part of the repository.
"""

from __future__ import annotations

import sys
from pathlib import Path

from framescope.data.annotations import read_annotations
from framescope.models.bundle import load_bundle
from framescope.training.evaluation import evaluate_with_baseline

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"
OVERALL = ("macro_f1", "micro_f1", "joint_micro_f1", "false_alarms_per_1000")


def main() -> None:
    """Print one Markdown table for each gold file."""
    bundle = Path(sys.argv[1] if len(sys.argv) > 1 else "build/bundle")
    files = sorted(REAL.glob("gold_*.jsonl"))
    if not files:
        sys.exit(f"no gold in {REAL.name}/: nothing to measure")
    model = load_bundle(bundle)
    for path in files:
        gold = read_annotations([path], model.codebook)
        result = evaluate_with_baseline(model, bundle, gold)
        print(
            f"\n{path.name}: {result['sentences']} sentences, bundle {result['bundle_hash'][:12]}\n"
        )
        print("| figure | bundle | 95 % interval | linear baseline |\n|---|---|---|---|")
        for name in OVERALL:
            low, high = result["intervals"][name]
            value, baseline = result[name], result["baseline"][name]
            print(f"| {name} | {value:.3f} | {low:.3f}–{high:.3f} | {baseline:.3f} |")
        for frame, scores in result["frames"].items():
            for name in ("f1", "stance_accuracy"):
                low, high = result["intervals"]["frames"][frame][name]
                linear = result["baseline"]["frames"][frame][name]
                row = f"{scores[name]:.3f} | {low:.3f}–{high:.3f} | {linear:.3f}"
                print(f"| {frame}, {name} | {row} |")


if __name__ == "__main__":
    main()
