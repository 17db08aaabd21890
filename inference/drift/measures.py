"""What drift is measured in, and for whom."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from framescope.inference.comparison.prevalence import Estimate

#: Log-odds from the threshold within which a decision could as well have gone the other way.
CLOSE = 0.5


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured in one group, each with its 95 % interval over articles.

    Attributes:
        abstained: Share of sentences that the model abstained from.
        known_words: Mean share of words that stood in training sentences.
        unlike_training: AUC of a classifier that tells the group from the training sentences.
        close_calls: Share of scored sentences within ``CLOSE`` log-odds of a threshold.
        score_shift: Population stability index of the highest P(frame) against the reference
            archive; None without one.
    """

    abstained: Estimate | None
    known_words: Estimate | None
    unlike_training: Estimate | None
    close_calls: Estimate | None
    score_shift: Estimate | None


@dataclass(frozen=True, slots=True)
class GroupDrift:
    """One outlet in one month; ``month`` is None for all of an outlet."""

    outlet: str
    month: str | None
    articles: int
    sentences: int
    measured: Measured
    drifted: list[str]


@dataclass(frozen=True, slots=True)
class Drift:
    """All groups, and advice in plain words.

    Attributes:
        training_known_words: What ``known_words`` would be in new documents like the training ones.
        groups: Outlets and their months with five articles or more.
        left_out: How many outlets and months have fewer.
        advice: What to annotate.
    """

    training_known_words: float
    groups: list[GroupDrift]
    left_out: int
    advice: list[str]

    def as_json(self) -> dict[str, Any]:
        """All figures, for machines."""
        return asdict(self)
