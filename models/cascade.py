"""A first stage that discards sentences far from every frame before the network runs (decision 11).

The baseline is computed for every sentence anyway. What it gives no frame a chance is not given to
the network; how much of what the full model flags is lost by that, a random sample tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from framescope.models.decisions import DecisionRule, Scores

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]

CASCADE_FILE = "cascade.json"
#: Share of what the full model flags that has to get through.
SHARE = 0.995
#: Log-odds by which the cutoff lies below what the held-out sentences ask for. Those are alike the
#: training sentences; an archive's are not, and their first scores are lower (decision 11).
SLACK = 2.0
#: One in so many of the sentences below the cutoff goes through the full model all the same.
CHECKED_ONE_IN = 50
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Cascade:
    """What the first stage does to held-out sentences that the full model flags.

    Attributes:
        temperatures: Those of the first stage for each frame, shape (F,).
        first: Its scores of the flagged sentences, see ``first_scores``; shape (flagged,).
        margins: How far the full model's P(frame) lies beyond the threshold there, in log-odds;
            shape (flagged,).
        held_out: How many sentences were looked at, flagged or not.
        share: Share of the flagged sentences that has to get through.
    """

    temperatures: NDArray[np.float64]
    first: Floats
    margins: Floats
    held_out: int
    share: float = SHARE

    @classmethod
    def fit(
        cls,
        first_logits: Floats,
        margins: Floats,
        temperatures: NDArray[np.float64],
        share: float = SHARE,
    ) -> Cascade:
        """Fit on held-out predictions of both stages.

        Args:
            first_logits: Logits of the first stage, shape (n, F, C).
            margins: Margins of the full model (``DecisionRule.margins``), shape (n,).
            temperatures: Of the first stage, shape (F,).
            share: Share of the flagged sentences that has to get through.
        """
        flagged = margins >= 0
        # Rounded down: the cutoff may only become more generous.
        scores = np.floor(first_scores(first_logits[flagged]) * 10**_DIGITS) / 10**_DIGITS
        kept = np.round(margins[flagged].astype(np.float64), _DIGITS)
        return cls(temperatures, scores, kept, len(margins), share)

    @property
    def cutoff(self) -> float:
        """The least score of the first stage that gets through; minus infinity: all do.

        Conformal risk control (Angelopoulos et al. 2024) with the loss "a flagged sentence
        is discarded": the highest cutoff at which (lost + 1) / (flagged + 1) is at most 1 - share;
        then ``SLACK`` lower.
        """
        allowed = floor((1 - self.share) * (len(self.first) + 1) - 1 + 1e-9)
        return float(np.sort(self.first)[allowed]) - SLACK if allowed >= 0 else float("-inf")

    def raised(self, shift: float) -> Cascade:
        """The cascade of the rule whose thresholds are ``shift`` log-odds higher."""
        left = self.margins >= shift
        return replace(self, first=self.first[left], margins=self.margins[left] - shift)

    def passes(self, first_logits: Floats) -> Bools:
        """Which of n sentences go on to the full model, shape (n,)."""
        return np.asarray(first_scores(first_logits) >= self.cutoff)

    def discarded(self, first_logits: Floats, rule: DecisionRule) -> Scores:
        """Scores of n discarded sentences: the first stage's, kept below the thresholds."""
        scores = replace(rule, temperatures=self.temperatures).apply(first_logits)
        below = np.nextafter(np.float32(rule.thresholds), np.float32(0))
        nothing = np.zeros_like(scores.present)
        discarded = np.ones(len(first_logits), np.bool_)
        capped = np.minimum(scores.frame_probability, below)
        return Scores(capped, scores.class_probability, nothing, discarded)

    @classmethod
    def from_json(cls, content: Mapping[str, Any], frames: Sequence[str]) -> Cascade:
        """Read what ``as_json`` wrote."""
        temperatures = np.array([float(content["temperatures"][frame]) for frame in frames])
        pairs = np.array(content["flagged"], dtype=np.float64).reshape(-1, 2)
        share, held_out = float(content["share"]), int(content["held_out"])
        return cls(temperatures, pairs[:, 0], pairs[:, 1], held_out, share)

    def as_json(self, frames: Sequence[str]) -> dict[str, Any]:
        """All attributes, for a file, with the cutoff and what it lets through for a reader."""
        cutoff = self.cutoff
        through = float(np.mean(self.first >= cutoff)) if len(self.first) else None
        return {
            "share": self.share,
            "cutoff": cutoff if np.isfinite(cutoff) else None,
            "held_out": self.held_out,
            "flagged_through": through,
            "temperatures": dict(zip(frames, self.temperatures.tolist(), strict=True)),
            "flagged": np.stack([self.first, self.margins], axis=1).tolist(),
        }


def first_scores(logits: Floats) -> Floats:
    """Log-odds of the likeliest frame from logits (n, F, C), uncalibrated; shape (n,)."""
    odds = logsumexp(logits[:, :, 1:], axis=2) - logits[:, :, 0]
    return np.asarray(odds.max(axis=1))


def drawn(texts: Sequence[str]) -> Bools:
    """A random sample of n texts, the same in every run: drawn by a hash of the text."""
    digests = (hashlib.blake2b(t.encode("utf-8", "replace"), digest_size=8) for t in texts)
    numbers = [int.from_bytes(digest.digest()) for digest in digests]
    return np.array([number % CHECKED_ONE_IN == 0 for number in numbers], dtype=np.bool_)
