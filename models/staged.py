"""Scoring in two stages, and estimating from a sample what the first one loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from framescope.models.cascade import Cascade, drawn
from framescope.models.decisions import DecisionRule, Scores

Floats = NDArray[np.float32]

#: Counts of a run: sentences that got through and were flagged; that lay below the cutoff and
#: were discarded, or drawn for the check; of these, flagged by the full model.
COUNTS = ("passed", "passed_flagged", "discarded", "checked", "checked_flagged")
_TAIL = 0.025


class StagedScorer(Protocol):
    """A scorer whose first stage is cheap."""

    def first_logits(self, texts: Sequence[str]) -> Floats:
        """Logits of the first stage for n texts, shape (n, F, C)."""

    def full_logits(self, texts: Sequence[str], first: Floats) -> Floats:
        """Logits of the full model for n texts from those of the first stage, both (n, F, C)."""


def staged_scores(
    scorer: StagedScorer, rule: DecisionRule, cascade: Cascade, texts: Sequence[str]
) -> tuple[Scores, dict[str, int]]:
    """Scores of n texts, most of them by the first stage alone, and the ``COUNTS``.

    A text below the cutoff that is drawn for the check keeps the full model's scores.
    """
    first = scorer.first_logits(texts)
    passed = cascade.passes(first)
    checked = ~passed & drawn(texts)
    full = np.flatnonzero(passed | checked)
    rest = np.flatnonzero(~passed & ~checked)
    scores = rule.apply(scorer.full_logits([texts[i] for i in full.tolist()], first[full]))
    flagged = scores.present.any(axis=1)
    found = (
        passed.sum(),
        (flagged & passed[full]).sum(),
        len(rest),
        checked.sum(),
        (flagged & checked[full]).sum(),
    )
    order = np.argsort(np.concatenate([full, rest]))
    both = joined([scores, cascade.discarded(first[rest], rule)])
    return both.take(order), dict(zip(COUNTS, map(int, found), strict=True))


def joined(parts: Sequence[Scores]) -> Scores:
    """Scores one after another; at least one part."""

    def discarded(scores: Scores) -> NDArray[np.bool_]:
        nobody = np.zeros(len(scores.present), dtype=np.bool_)
        return nobody if scores.discarded is None else scores.discarded

    return Scores(
        np.concatenate([scores.frame_probability for scores in parts]),
        np.concatenate([scores.class_probability for scores in parts]),
        np.concatenate([scores.present for scores in parts]),
        np.concatenate([discarded(scores) for scores in parts]),
    )


def realised_share(counts: Mapping[str, int]) -> dict[str, Any]:
    """Share of what the full model flags that got through, estimated from the sample.

    The rate of flagged sentences in the sample stands for all below the cutoff; its 95 % interval
    is that of Clopper & Pearson (1934), the counts of what got through taken as they are.

    Args:
        counts: The ``COUNTS`` of a whole run.

    Returns:
        ``estimate``, ``low`` and ``high``; None where nothing was flagged or nothing checked.
    """
    below = counts["discarded"] + counts["checked"]
    passed, n, hits = counts["passed_flagged"], counts["checked"], counts["checked_flagged"]
    if below == 0 and passed:
        return dict.fromkeys(("estimate", "low", "high"), 1.0)
    if n == 0 or passed + hits == 0:
        return dict.fromkeys(("estimate", "low", "high"))
    high = float(beta.ppf(1 - _TAIL, hits + 1, n - hits)) if hits < n else 1.0
    low = float(beta.ppf(_TAIL, hits, n - hits + 1)) if hits else 0.0

    def share(rate: float) -> float:
        return passed / (passed + below * rate)

    # Where nothing got through, a rate of 0 leaves nothing to take a share of.
    low_rate = low if passed else hits / n
    return {"estimate": share(hits / n), "low": share(high), "high": share(low_rate)}


def cascade_summary(cascade: Cascade | None, counts: Mapping[str, int]) -> dict[str, Any] | None:
    """What a manifest tells of the cascade beside the counts; None where there was none."""
    if cascade is None:
        return None
    cutoff = cascade.cutoff if np.isfinite(cascade.cutoff) else None
    realised = realised_share({name: counts.get(name, 0) for name in COUNTS})
    return {"share": cascade.share, "cutoff": cutoff, "realised": realised}


def told_cascade(summary: Mapping[str, Any], counts: Mapping[str, int]) -> str:
    """The summary in a line for a person, with advice where the share is below the bound."""
    total = sum(counts.get(name, 0) for name in ("passed", "discarded", "checked"))
    told = (
        f"{counts.get('discarded', 0)} of {total} distinct sentences discarded by the first stage"
    )
    realised = summary["realised"]
    if realised["estimate"] is None:
        return f"{told}; too few were checked to tell what it lost"
    told += "; of what the full model flags, it let through {estimate:.1%} ({low:.1%}–{high:.1%})"
    if realised["estimate"] < summary["share"]:
        told += f", less than {summary['share']:.1%}: --no-cascade loses nothing"
    return told.format(**realised)
