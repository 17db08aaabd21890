"""The gate: is the challenger better than the champion on the same frozen gold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from framescope.data.annotations import AnnotatedSentence
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import Scores
from framescope.training.bootstrap import Counts, Interval, MetricDraws, interval_of, metric_draws
from framescope.training.evaluation import evaluate_scores
from framescope.training.retraining.rules import GateRule

#: What the challenger has to be better in: a hit needs frame and stance right.
DECIDING = "joint_micro_f1"
_OVERALL = (DECIDING, "macro_f1", "micro_f1", "false_alarms_per_1000")
_BY_FRAME = ("joint_f1", "f1", "stance_accuracy")
#: What may be worse by no more than the margin.
_BOUNDED = ("macro_f1", "joint_f1")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric of both on the gold; ``difference`` is challenger minus champion.

    ``interval`` is the 95 % interval of the difference by paired bootstrap over documents, and
    ``better_in`` the share of draws in which the challenger is better.
    """

    metric: str
    frame: str | None
    champion: float | None
    challenger: float | None
    difference: float | None
    interval: Interval | None
    better_in: float | None


@dataclass(frozen=True, slots=True)
class ChangedSide:
    """A sentence of the gold that one of the two gets right and the other does not."""

    id: str
    text: str
    gold: dict[str, str | None]
    champion: dict[str, str | None]
    challenger: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the challenger passes, why, and all that speaks for and against it."""

    passes: bool
    why: list[str]
    comparisons: list[Comparison]
    gained: list[ChangedSide] = field(default_factory=list)
    lost: list[ChangedSide] = field(default_factory=list)


def compare_on_gold(
    champion: FrameClassifier,
    challenger: FrameClassifier,
    gold: Sequence[AnnotatedSentence],
    rule: GateRule,
) -> Verdict:
    """Judge a challenger by a paired bootstrap over the documents of the gold (Efron 1979).

    Args:
        champion: What is current.
        challenger: What wants to be; under the same codebook.
        gold: Annotated sentences on which neither was trained.
        rule: When it is better.
    """
    sides = [_Side.of(model, gold) for model in (champion, challenger)]
    pairs = [(metric, None) for metric in _OVERALL] + [
        (metric, frame) for frame in champion.space.frames for metric in _by_frame(champion)
    ]
    comparisons = [_compared(metric, frame, *sides) for metric, frame in pairs]
    faults = _faults(comparisons, rule)
    changed = _changed(champion, [side.scores for side in sides], gold)
    return Verdict(not faults, faults or [_praise(comparisons[0])], comparisons, *changed)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two on the gold: scores, metrics, and these in every draw of documents."""

    scores: Scores
    frames: tuple[str, ...]
    metrics: dict[str, Any]
    draws: MetricDraws

    @classmethod
    def of(cls, model: FrameClassifier, gold: Sequence[AnnotatedSentence]) -> _Side:
        scores, codes = model.scores([s.text for s in gold]), model.space.encode(gold)
        groups, classes = [s.group for s in gold], len(model.space.classes)
        draws = metric_draws(scores.codes, scores.stance, codes, groups=groups, classes=classes)
        metrics = evaluate_scores(scores, codes, groups, model.space)
        return cls(scores, model.space.frames, metrics, draws)

    def value(self, metric: str, frame: str | None) -> float | None:
        """A metric on the whole gold."""
        found = self.metrics if frame is None else self.metrics["frames"][frame]
        return None if found[metric] is None else float(found[metric])

    def drawn(self, metric: str, frame: str | None) -> Counts:
        """The metric in every draw."""
        if frame is None:
            return self.draws.overall[metric]
        return self.draws.frames[metric][:, self.frames.index(frame)]


def _by_frame(model: FrameClassifier) -> tuple[str, ...]:
    return _BY_FRAME if model.space.has_stances else _BY_FRAME[:2]


def _compared(metric: str, frame: str | None, champion: _Side, challenger: _Side) -> Comparison:
    before, after = (side.value(metric, frame) for side in (champion, challenger))
    draws = challenger.drawn(metric, frame) - champion.drawn(metric, frame)
    known = draws[~np.isnan(draws)]
    # An alarm is the one thing of which less is better.
    better = (known < 0) if metric == "false_alarms_per_1000" else (known > 0)
    share = float(better.mean()) if len(known) else None
    difference = None if before is None or after is None else after - before
    return Comparison(metric, frame, before, after, difference, interval_of(draws), share)


def _faults(comparisons: Sequence[Comparison], rule: GateRule) -> list[str]:
    deciding = comparisons[0]
    faults = []
    if (deciding.better_in or 0) < rule.confidence:
        faults.append(
            f"{deciding.metric} is better in {deciding.better_in or 0:.1%} of the draws, "
            f"and {rule.confidence:.1%} are needed ({_step(deciding)})"
        )
    for c in comparisons:
        if c.metric in _BOUNDED and c.difference is not None and c.difference < -rule.margin:
            of = f" of {c.frame}" if c.frame else ""
            faults.append(f"{c.metric}{of} is worse by more than {rule.margin:g} ({_step(c)})")
    return faults


def _praise(deciding: Comparison) -> str:
    return (
        f"{deciding.metric} is better in {deciding.better_in or 0:.1%} of the draws "
        f"({_step(deciding)}), and no frame is worse by more than the margin"
    )


def _step(c: Comparison) -> str:
    return f"{c.champion or 0:.3f} → {c.challenger or 0:.3f}"


def _changed(
    champion: FrameClassifier, scores: Sequence[Scores], gold: Sequence[AnnotatedSentence]
) -> tuple[list[ChangedSide], list[ChangedSide]]:
    """What the challenger gets right and the champion did not, and the other way round."""
    codes = champion.space.encode(gold)
    before, after = ((s.codes == codes).all(axis=1) for s in scores)

    def sides(chosen: Any) -> list[ChangedSide]:
        decode = champion.space.decode
        return [
            ChangedSide(
                gold[i].id, gold[i].text, gold[i].labels,
                decode(scores[0].codes[i]), decode(scores[1].codes[i]),
            )
            for i in map(int, np.flatnonzero(chosen))
        ]  # fmt: skip

    return sides(after & ~before), sides(before & ~after)
