"""When a group has drifted, and what to annotate for it."""

from __future__ import annotations

from collections.abc import Sequence

from framescope.inference.drift.measures import GroupDrift, Measured

#: AUC above which a group counts as unlike the training sentences: "acceptable discrimination"
#: (Hosmer, Lemeshow & Sturdivant 2013).
UNLIKE = 0.7


def signs_of_drift(m: Measured, expected: float) -> list[str]:
    """In what the group lies clearly beyond what is usual: interval and all."""
    found = []
    if m.unlike_training and m.unlike_training.low > UNLIKE:
        found.append("its sentences can be told from the training sentences")
    if m.known_words and m.known_words.high < expected - 0.05:
        found.append("many of its words are new")
    if m.abstained and m.abstained.low > 0.1:  # noqa: PLR2004  (one sentence in ten)
        found.append("much of it is not measured")
    if m.score_shift and m.score_shift.low > 0.25:  # noqa: PLR2004  (Siddiqi 2006: a major shift)
        found.append("its scores have shifted since the reference")
    return found


def advice_on(groups: Sequence[GroupDrift]) -> list[str]:
    """What to annotate, the outlets that are least like the training sentences first."""
    outlets = [g for g in groups if g.month is None and g.drifted]
    if not outlets:
        return ["No outlet has clearly drifted: annotate as before."]
    lines = []
    for g in sorted(outlets, key=_distance, reverse=True):
        months = [m for m in groups if m.outlet == g.outlet and m.month and m.drifted]
        when = ", ".join(str(m.month) for m in sorted(months, key=_distance, reverse=True)[:3])
        where = f"{g.outlet}{f' (most in {when})' if when else ''}"
        close = g.measured.close_calls
        sure = f"; {close.share:.0%} of its decisions are close calls" if close else ""
        lines.append(f"Annotate sentences of {where}: {', '.join(g.drifted)}{sure}.")
    return lines


def _distance(group: GroupDrift) -> float:
    unlike = group.measured.unlike_training
    return unlike.share if unlike else 1.0
