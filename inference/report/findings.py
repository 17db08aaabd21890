"""What may be said of differences between outlets, once the classifier's errors are corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framescope.inference.comparison.corrected import Corrected, Correction
from framescope.inference.comparison.design import Interval
from framescope.inference.comparison.differences import Difference
from framescope.inference.comparison.error_tests import ErrorTest

LEVEL = 0.05
#: Findings of one kind that the report spells out; all are in the table of differences.
_MOST = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One outlet has a frame (and stance) in more of its sentences than another.

    Attributes:
        more: The outlet with the larger share.
        less: The other.
        frame: The frame.
        stance: The stance, or None for any.
        shares: The corrected shares of both, in this order.
        points: The difference with 95 % limits, above zero.
        p: The adjusted p-value.
    """

    more: str
    less: str
    frame: str
    stance: str | None
    shares: tuple[float, float]
    points: Interval
    p: float


@dataclass(frozen=True, slots=True)
class Untold:
    """Of one frame: what this gold does not tell.

    Attributes:
        frame: The frame.
        pairs: Pairs of outlets that were compared.
        open: Pairs of them in which no difference was found.
        detectable: The true difference that would have been found in half of these pairs, four
            times out of five; None where no pair is open.
        thin: Outlets with too little gold, those nearest to enough first.
    """

    frame: str
    pairs: int
    open: int
    detectable: float | None
    thin: list[Corrected]

    @property
    def is_open(self) -> bool:
        """Whether anything about the frame is left open."""
        return bool(self.open or self.thin or not self.pairs)


@dataclass(frozen=True, slots=True)
class Findings:
    """What survives a correction, in the order of its size, and what cannot be told.

    Attributes:
        correction: The correction.
        strict: Differences that survive Holm's adjustment, the largest first.
        mild: Further ones that survive Benjamini and Hochberg's alone.
        untold: What cannot be told, for each frame of which there is such a thing.
        unequal: Errors of the classifier that differ by outlet.
    """

    correction: Correction
    strict: list[Finding]
    mild: list[Finding]
    untold: list[Untold]
    unequal: list[ErrorTest]

    @property
    def spelt(self) -> list[tuple[str, list[Finding], int]]:
        """Each adjustment's findings that are spelt out, and how many more there are."""
        kinds = (("strict", self.strict), ("mild", self.mild))
        return [(kind, found[:_MOST], max(0, len(found) - _MOST)) for kind, found in kinds]


def findings_of(correction: Correction, frames: Sequence[str]) -> Findings:
    """Sort the differences of a correction into what may be said and what may not."""
    shares = {(c.outlet, c.frame, c.stance): c for c in correction.by_outlet}
    strict = [_finding(d, d.p_holm, shares) for d in correction.differences if d.p_holm <= LEVEL]
    mild = [
        _finding(d, d.p_bh, shares) for d in correction.differences if d.p_bh <= LEVEL < d.p_holm
    ]
    unequal = [t for t in correction.error_tests if t.p is not None and t.p <= LEVEL]
    untold = [u for frame in frames if (u := _untold(frame, correction)).is_open]
    return Findings(correction, _largest(strict), _largest(mild), untold, unequal)


def _largest(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.stance is not None, -f.points.share))


def _finding(
    d: Difference, p: float, shares: dict[tuple[str, str, str | None], Corrected]
) -> Finding:
    first, second = (shares[outlet, d.frame, d.stance].estimate for outlet in d.outlets)
    assert first and second  # noqa: S101  (only shares that are told are compared)
    gap = d.difference
    if gap.share >= 0:
        return Finding(*d.outlets, d.frame, d.stance, (first.share, second.share), gap, p)
    turned = Interval(-gap.share, -gap.high, -gap.low)
    pair = d.outlets[1], d.outlets[0]
    return Finding(*pair, d.frame, d.stance, (second.share, first.share), turned, p)


def _untold(frame: str, correction: Correction) -> Untold:
    compared = [d for d in correction.differences if (d.frame, d.stance) == (frame, None)]
    unsure = [d.detectable for d in compared if min(d.p_holm, d.p_bh) > LEVEL]
    thin = [c for c in correction.by_outlet if (c.frame, c.stance) == (frame, None) and c.needed]
    middle = float(np.median(unsure)) if unsure else None
    return Untold(frame, len(compared), len(unsure), middle, sorted(thin, key=lambda c: c.needed))
