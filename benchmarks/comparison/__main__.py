"""Runs the study and prints its tables; some ten minutes on one core for 1,000 rounds."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from benchmarks.comparison.study import (
    SHIFT,
    Setting,
    study_design,
    study_difference,
    study_elsewhere,
    study_naive,
)
from benchmarks.results import FOLDER, Row, machine

PREVALENCES = (0.02, 0.1, 0.3)
SEPARATIONS = (1.5, 2.5, 3.5)
GOLD = (100, 300, 1000)
SHIFTS = (0.0, SHIFT)


def settings(stratified: bool) -> list[Setting]:
    """All cells of one way to draw."""
    cells = product(PREVALENCES, SEPARATIONS, GOLD, SHIFTS)
    return [Setting(*cell, stratified=stratified) for cell in cells]


def named(row: Row) -> list[str]:
    """The cells of a table that tell the setting."""
    errors = "other" if row["shift"] else "same"
    numbers = [f"{100 * row['prevalence']:g} %", f"{row['separation']:g}", errors]
    return [*numbers, f"{row['gold']:,}"]


def table(title: str, rows: Iterator[Row], methods: Sequence[str]) -> list[Row]:
    """Print coverage and mean width, in points, of several methods, as rows come; return them."""
    done = []
    print(f"\n{title}\n\n| frame | separation | errors | gold | {' | '.join(methods)} |")
    print("|---" * (4 + len(methods)) + "|")
    for row in rows:
        found = (row["methods"].get(m) for m in methods)
        cells = [
            f"{100 * f['coverage']:.1f} % ({100 * f['width']:.1f})" if f else "–" for f in found
        ]
        print(f"| {' | '.join([*named(row), *cells])} |", flush=True)
        done.append(row)
    return done


def main() -> None:
    """Run all cells; the number of rounds is the only argument."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    few = max(1, rounds // 5)
    study: dict[str, Any] = {"rounds": rounds, "machine": machine()}
    methods = ["corrected, archive", "corrected, articles", "gold only"]
    for kind, stratified in (("simple", False), ("stratified", True)):
        told = methods if stratified else [*methods, "PPI", "PPI++"]
        cells = (study_design(cell, rounds) for cell in settings(stratified))
        rows = study[kind] = table(f"Gold drawn from the archive, {kind} draw", cells, told)
        covered = [r["methods"][m]["coverage"] for r in rows for m in methods[:2]]
        kept = sum(0.93 <= c <= 0.97 for c in covered)
        print(
            f"\n{kept} of {len(covered)} within 93–97 %; {min(covered):.3f} to {max(covered):.3f}"
        )
    alone = (Setting(p, s, 0, shift) for p, s, shift in product(PREVALENCES, SEPARATIONS, SHIFTS))
    study["naive"] = table("Naive counting", (study_naive(cell, few) for cell in alone), ["naive"])
    cells = (study_elsewhere(cell, few) for cell in settings(stratified=False))
    study["elsewhere"] = table("Gold from elsewhere", cells, ["matrix"])
    pairs = product((0.02, 0.1), (2.5,), (300, 1000), SHIFTS, (False, True))
    study["differences"] = [study_difference(Setting(*pair), few) for pair in pairs]
    print("\nTwo outlets of equal prevalence: share of rounds with p < 0.05\n")
    names = list(study["differences"][0]["below_0.05"])
    print(f"| frame | separation | errors | gold | draw | {' | '.join(names)} |")
    print("|---" * (5 + len(names)) + "|")
    for row in study["differences"]:
        draw = "stratified" if row["stratified"] else "simple"
        cells_ = [*named(row), draw, *(f"{100 * row['below_0.05'][n]:.1f} %" for n in names)]
        print(f"| {' | '.join(cells_)} |")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "comparison.json").write_text(json.dumps(study, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
