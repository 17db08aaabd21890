"""Behaviour of a bundle, by capability: ``python -m benchmarks.capabilities [BUNDLE]``.

Prints the Markdown table of docs/benchmarks.md, from the shipped cases.
"""

from __future__ import annotations

import sys
from pathlib import Path

from framescope.data.behaviours import shipped_cases
from framescope.models.bundle import load_bundle
from framescope.training.capabilities import capabilities_with_baseline
from framescope.training.tables import capability_rows


def main() -> None:
    """Print the table."""
    bundle = Path(sys.argv[1] if len(sys.argv) > 1 else "build/bundle")
    model = load_bundle(bundle)
    result = capabilities_with_baseline(model, bundle, shipped_cases(model.codebook))
    header, *rows = capability_rows(result)
    print(f"Bundle {result['bundle_hash'][:12]}, {result['computed']}\n")
    for cells in (header, ("---",) * len(header), *rows):
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
