"""Speed of the model stage as Markdown."""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.scoring.peers import BASE


def table(result: dict[str, Any]) -> str:
    """Medians over rounds with the range in brackets, ratios, parity, and the machine.

    A ratio is the median over rounds of what the two took in the same round.
    """
    best = max(result["matrix_rate"], key=result["matrix_rate"].__getitem__)
    lines = [
        "| | sentences a second | times the pipeline | the same, by processor time | "
        f"share of the matrix rate ({best}) | decided alike | probability apart, at most |",
        "|---|---|---|---|---|---|---|",
        *(_line(name, result, result["matrix_rate"][best]) for name in result["rounds"]),
    ]
    return "\n".join([*lines, "", _made_with(result)])


def _line(name: str, result: dict[str, Any], rate: float) -> str:
    rounds, base = result["rounds"][name], result["rounds"][BASE]
    speeds = [result["sentences"] / seconds["wall"] for seconds in rounds]
    low, middle, high = (f"{f(speeds):,.0f}" for f in (min, median, max))
    ratios = [
        median(b[kind] / own[kind] for b, own in zip(base, rounds, strict=True))
        for kind in ("wall", "cpu")
    ]
    share = result["flop"] / median(seconds["wall"] for seconds in rounds) / rate
    parity = result["parity"][name]
    return (
        f"| {name} | {middle} ({low}–{high}) | {ratios[0]:.1f} | {ratios[1]:.1f} | {share:.0%} | "
        f"{parity['decisions_equal']:.2%} | {parity['largest_difference']:.4f} |"
    )


def _made_with(result: dict[str, Any]) -> str:
    rates = ", ".join(f"{name} {rate / 1e9:,.0f}" for name, rate in result["matrix_rate"].items())
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    count = len(next(iter(result["rounds"].values())))
    return (
        f"{count} rounds, {result['sentences']:,} sentences, {result['tokens']:,} tokens, "
        f"{result['flop'] / 1e9:,.0f} GFLOP over real tokens. Matrix rates in GFLOP/s: {rates}. "
        f"{result['processor']}, {result['cores']} cores, load {result['load'][0]:.1f}; {versions}."
    )
