"""Behaviour by capability: how often a classifier fails small tests written for one ability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from framescope.data.behaviours import BehaviourCase, Move
from framescope.models.classifier import FrameClassifier
from framescope.models.labels import LabelSpace
from framescope.training.evaluation import baseline_of

#: A probability that moves by no more than this has not moved, in tests of direction.
MARGIN = 0.1


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One case of t texts: what is right, what was decided, and P(frame), P(frame and stance).

    Attributes:
        gold: The right classes, shape (t, F).
        codes: The decided classes, shape (t, F).
        probability: P(frame), then P(frame and stance) by stance, shape (t, F, C).
    """

    case: BehaviourCase
    space: LabelSpace
    gold: NDArray[np.int64]
    codes: NDArray[np.int64]
    probability: NDArray[np.float32]

    @property
    def wrong(self) -> list[bool]:
        """Whether each text was decided otherwise than labelled."""
        return [bool(different) for different in (self.codes != self.gold).any(axis=1)]

    @property
    def failed(self) -> bool:
        """Whether the classifier did not do what the case asks for."""
        if self.case.kind == "invariance":
            return bool((self.codes != self.codes[0]).any())
        if self.case.kind == "direction":
            return not all(self._made(move) for move in self.case.moves)
        return any(self.wrong)

    def _made(self, move: Move) -> bool:
        before, after = self._way(move)
        return (after - before if move.direction == "up" else before - after) > MARGIN

    def _way(self, move: Move) -> tuple[float, float]:
        frame = self.space.frames.index(move.frame)
        column = self.space.classes.index(move.stance) if move.stance else 0
        before, after = self.probability[:, frame, column].tolist()
        return before, after

    def as_json(self) -> dict[str, Any]:
        """Texts with what was expected and decided; moves with their way."""
        probability = self.probability[:, :, 0].round(4).tolist()
        texts = [
            {
                "text": text.text,
                "expected": text.frames,
                "decided": self.space.decode(codes),
                "probabilities": dict(zip(self.space.frames, values, strict=True)),
            }
            for text, codes, values in zip(self.case.texts, self.codes, probability, strict=True)
        ]
        ways = [(move, self._way(move)) for move in self.case.moves]
        moves = [m.model_dump() | {"from": round(a, 4), "to": round(b, 4)} for m, (a, b) in ways]
        return {"id": self.case.id, "texts": texts} | ({"moves": moves} if moves else {})


def evaluate_capabilities(
    classifier: FrameClassifier, cases: Sequence[BehaviourCase]
) -> dict[str, dict[str, Any]]:
    """Failures by capability, in the order of the cases.

    Returns:
        For each capability ``kind``, ``cases``, ``failed``, ``failure_rate`` with its 95 %
        ``interval``, ``texts`` and how many were decided otherwise than labelled
        (``texts_wrong``), how many of the first texts were (``originals_wrong``, None for minimum
        functionality), and the failing cases (``failures``).
    """
    sentences = [sentence for case in cases for sentence in case.sentences]
    scores = classifier.scores([s.text for s in sentences])
    gold = classifier.space.encode(sentences)
    frame = scores.frame_probability[:, :, None]
    probability = np.concatenate([frame, scores.joint_probability], axis=2)
    ends = np.cumsum([len(case.texts) for case in cases])
    outcomes = [
        _Outcome(case, classifier.space, gold[rows], scores.codes[rows], probability[rows])
        for case, end in zip(cases, ends, strict=True)
        for rows in [slice(end - len(case.texts), end)]
    ]
    names = list(dict.fromkeys(case.capability for case in cases))
    outcomes.sort(key=lambda o: names.index(o.case.capability))
    by_capability = groupby(outcomes, key=lambda o: o.case.capability)
    return {name: _summary(list(group)) for name, group in by_capability}


def capabilities_with_baseline(
    classifier: FrameClassifier, bundle: Path, cases: Sequence[BehaviourCase]
) -> dict[str, Any]:
    """Test a loaded bundle and the linear baseline that lies in it."""
    result: dict[str, Any] = {
        "bundle_hash": classifier.hash,
        "computed": classifier.scorer.computed,
        "codebook_hash": classifier.codebook.hash,
        "margin": MARGIN,
        "by_capability": evaluate_capabilities(classifier, cases),
    }
    if baseline := baseline_of(classifier, bundle):
        result["baseline"] = evaluate_capabilities(baseline, cases)
    return result


def _summary(outcomes: Sequence[_Outcome]) -> dict[str, Any]:
    failures = [o for o in outcomes if o.failed]
    kind = outcomes[0].case.kind
    wrong = [o.wrong for o in outcomes]
    # Wilson (1927), score interval: right for few cases and for rates near 0 and 1.
    interval = binomtest(len(failures), len(outcomes)).proportion_ci(method="wilson")
    return {
        "kind": kind,
        "cases": len(outcomes),
        "failed": len(failures),
        "failure_rate": len(failures) / len(outcomes),
        "interval": (float(interval.low), float(interval.high)),
        "texts": sum(map(len, wrong)),
        "texts_wrong": sum(map(sum, wrong)),
        "originals_wrong": None if kind == "minimum_functionality" else sum(w[0] for w in wrong),
        "failures": [o.as_json() for o in failures],
    }
