"""Differences between outlets, and which of them survive that many were looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy.stats import false_discovery_control, norm

from framescope.inference.comparison.counts import Cell
from framescope.inference.comparison.design import Interval
from framescope.inference.comparison.intervals import Floats, Z

#: Quantile of 80 % power.
_POWER = float(norm.ppf(0.8))


@dataclass(frozen=True, slots=True)
class Difference:
    """The share in one outlet minus that in another, of one cell.

    Attributes:
        frame: The frame.
        stance: The stance, or None for any.
        outlets: The outlet and the one that is subtracted.
        difference: Estimate with 95 % limits, between -1 and 1.
        p: Two-sided p-value of no difference.
        p_holm: Adjusted over all pairs and cells of its kind (frames, or frames with a stance):
            below 0.05, the chance that any such difference is none is below 5 % (Holm 1979).
        p_bh: Adjusted likewise: of all differences below 0.05, at most 5 % are expected to be none
            (Benjamini & Hochberg 1995).
        detectable: The true difference that this gold would find four times out of five.
    """

    frame: str
    stance: str | None
    outlets: tuple[str, str]
    difference: Interval
    p: float
    p_holm: float
    p_bh: float
    detectable: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share of one cell in one outlet; ``draws`` where shares of several depend on each other."""

    outlet: str
    cell: Cell
    estimate: Interval
    draws: Floats | None = None


def differences_of(shares: Sequence[Share]) -> list[Difference]:
    """All differences between two outlets in one cell, those of frames first."""
    found = [
        _difference(a, b) for a, b in combinations(shares, 2)
        if a.cell == b.cell and a.outlet != b.outlet
    ]  # fmt: skip
    families = ([d for d in found if (d.stance is None) == whole] for whole in (True, False))
    return [d for family in families for d in _adjusted(family)]


def holm(p: Floats) -> Floats:
    """Step-down adjusted p-values of Holm (1979)."""
    order = np.argsort(p)
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(steps)
    adjusted[order] = np.minimum(steps, 1)
    return adjusted


def _adjusted(family: Sequence[Difference]) -> list[Difference]:
    if not family:
        return []
    p = np.array([d.p for d in family])
    pairs = zip(family, holm(p).tolist(), false_discovery_control(p).tolist(), strict=True)
    return [replace(d, p_holm=strict, p_bh=mild) for d, strict, mild in pairs]


def _difference(a: Share, b: Share) -> Difference:
    value = a.estimate.share - b.estimate.share
    below, above = _margins(a, b)
    # The p-value belongs to the interval: 0.05 where a limit is zero.
    margin = below if value > 0 else above
    p = float(2 * norm.sf(Z * abs(value) / margin)) if margin > 0 else float(value == 0)
    interval = Interval(value, max(-1.0, value - below), min(1.0, value + above))
    detectable = (Z + _POWER) * (below + above) / (2 * Z)
    pair = a.outlet, b.outlet
    return Difference(a.cell.frame, a.cell.stance, pair, interval, p, p, p, detectable)


def _margins(a: Share, b: Share) -> tuple[float, float]:
    """Margins below and above a difference: from joint draws, or by MOVER where independent.

    The latter is Zou & Donner (2008), of which Newcombe's (1998) method 10 is a case.
    """
    if a.draws is not None and b.draws is not None:
        margin = Z * float((a.draws - b.draws).std(ddof=1))
        return margin, margin
    x, y = a.estimate, b.estimate
    below = float(np.hypot(x.share - x.low, y.high - y.share))
    return below, float(np.hypot(x.high - x.share, y.share - y.low))
