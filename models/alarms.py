"""Bounding the false alarms in archives where frames are rare.

Thresholds are chosen for the best F1 on a corpus in which two sentences in five may be framed. In
an archive it is one in a hundred, and the same thresholds find more false frames than true ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framescope.data.errors import InputError
from framescope.models.decisions import DecisionRule

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class FramelessSentences:
    """What a decision rule does to sentences that are known to carry no frame.

    Attributes:
        count: How many sentences there are.
        alarms: Of those that the rule flags, how far beyond the threshold they lie, in log-odds:
            the largest distance of any frame, shape (alarms,).
    """

    count: int
    alarms: Floats

    @classmethod
    def of(cls, rule: DecisionRule, frame_probability: Floats) -> FramelessSentences:
        """Judge P(frame), shape (n, F), of n sentences without a frame."""
        margins = rule.margins(frame_probability)
        return cls(len(margins), np.sort(margins[margins >= 0])[::-1])

    def shifted(self, shift: float) -> FramelessSentences:
        """The same sentences before a rule whose thresholds are higher by ``shift`` log-odds."""
        margins = self.alarms - shift
        return FramelessSentences(self.count, margins[margins >= 0])

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> FramelessSentences:
        """Read what ``as_json`` wrote."""
        return cls(int(content["sentences"]), np.array(content["alarms"], dtype=np.float64))

    def as_json(self) -> dict[str, Any]:
        """Both attributes, for a file."""
        return {"sentences": self.count, "alarms": self.alarms.tolist()}

    def shift_for(self, per_1000: float) -> float:
        """How far all thresholds must rise so that false alarms stay below a rate.

        Conformal risk control (Angelopoulos et al. 2024) with the loss "the sentence is
        flagged", bounded by 1: the smallest shift at which (alarms + 1) / (n + 1) is at most the
        rate. Then the expected rate on new sentences is at most that, if they are exchangeable
        with these.

        Args:
            per_1000: False alarms allowed in 1,000 frameless sentences.

        Returns:
            The shift in log-odds; 0 where the rule keeps the rate as it is.

        Raises:
            InputError: There are too few sentences for so low a rate.
        """
        allowed = floor(per_1000 / 1000 * (self.count + 1) - 1 + 1e-9)
        if allowed < 0:
            problem = f"{self.count} frameless sentences cannot vouch for {per_1000:g} per 1,000"
            raise InputError(problem, expected=f"{1000 / per_1000 - 1:,.0f} of them or more")
        if allowed >= len(self.alarms):
            return 0.0
        # The first alarm too many has to fall below its threshold.
        return float(self.alarms[allowed]) + 1e-6
