"""What a sample buys: expected half-widths, and how many more sentences narrow them."""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from framescope.data.console import printable
from framescope.inference.sampling.design import Counts, Targets, half_width, more_for
from framescope.inference.sampling.population import Cells, Floats
from framescope.inference.sampling.strata import Strata

#: Half-widths that the needed sentences are told for, in points (hundredths).
POINTS = (5, 3, 1)
_MOST_OUTLETS = 10


@dataclass(frozen=True, slots=True)
class Precision:
    """What the sample tells about one prevalence.

    Attributes:
        outlet: The outlet.
        frame: The frame.
        sentences: Sentences of the outlet.
        expected: Expected prevalence, 0 to 1.
        half_width: Expected half-width of its 95 % interval, 0 to 1.
        more: For each half-width in points, sentences still to draw from the outlet for it.
    """

    outlet: str
    frame: str
    sentences: int
    expected: float
    half_width: float
    more: dict[str, int]


def precision_of(cells: Cells, expected: Floats, strata: Strata, drawn: Counts) -> list[Precision]:
    """What it buys to draw so many sentences of each of H strata.

    Args:
        cells: The population, C cells.
        expected: Expected share of each cell and frame, shape (C, F).
        strata: H strata over the cells.
        drawn: Sentences drawn of each, shape (H,).
    """
    targets = Targets.of(cells, expected, strata)
    chance, prevalence = drawn / strata.sentences, targets.prevalence
    found = []
    for o, outlet in enumerate(targets.outlets):
        there = targets.size[:, o] > 0
        size = targets.size[there, o]
        # Of a stratum with several outlets each has its share.
        own = size * chance[there]
        for f, frame in enumerate(cells.frames):
            share = targets.share[there, o, f]
            width = half_width(size, share, own)
            more = {str(p): more_for(size, share, own, p / 100) for p in POINTS}
            known = float(prevalence[o, f])
            found.append(Precision(outlet, frame, int(size.sum()), known, width, more))
    return found


def precision_table(precision: list[Precision]) -> Table:
    """The largest outlets as a table for the terminal; all are in the JSON."""
    sizes = {p.outlet: p.sentences for p in precision}
    shown = sorted(sizes, key=lambda outlet: (-sizes[outlet], outlet))[:_MOST_OUTLETS]
    table = Table(title="What they buy: 95 % intervals, in points")
    table.add_column("outlet and frame", no_wrap=True)
    for name in ("expected", "±", *(f"more for ±{p}" for p in POINTS)):
        table.add_column(name, justify="right")
    for outlet in shown:
        table.add_row(Text(printable(outlet), style="bold"))
        for p in (p for p in precision if p.outlet == outlet):
            shares = (f"{100 * share:.1f}" for share in (p.expected, p.half_width))
            table.add_row(f"  {p.frame}", *shares, *(f"{n:,}" for n in p.more.values()))
    if left := len(sizes) - len(shown):
        table.caption = f"and {left} smaller outlets: see --json"
    return table


def precision_sentence(precision: list[Precision]) -> str:
    """The widest interval in words: what would bring it to ± 3 points, or that all are there."""
    worst = max(precision, key=lambda p: (p.more["3"], p.half_width))
    if not worst.more["3"]:
        return "Every frame of every outlet is expected within ± 3 points."
    return (
        f"{worst.more['3']:,} more from outlet {printable(worst.outlet)} bring frame {worst.frame} "
        f"from ± {100 * worst.half_width:.1f} to ± 3 points."
    )
