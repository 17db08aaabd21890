"""What becomes of a difference between two outlets when another model takes over."""

from __future__ import annotations

from typing import Literal

from framescope.inference.comparison.design import Interval
from framescope.inference.comparison.prevalence import Estimate

#: A difference is told apart from 0 where its 95 % interval lies on one side of it. It was and is
#: so with the same sign (``kept``) or another (``changed sign``), was so (``lost``), is so
#: (``gained``), or neither (``open``).
Fate = Literal["kept", "lost", "gained", "changed sign", "open"]


def fate_of(before: Estimate | Interval, after: Estimate | Interval) -> Fate:
    """The fate of a difference with these intervals."""
    signs = _sign(before), _sign(after)
    if signs == (0, 0):
        return "open"
    if 0 in signs:
        return "gained" if signs[0] == 0 else "lost"
    return "kept" if signs[0] == signs[1] else "changed sign"


def _sign(interval: Estimate | Interval) -> int:
    """1 or -1 where the interval lies on one side of 0, else 0."""
    return int(interval.low > 0) - int(interval.high < 0)
