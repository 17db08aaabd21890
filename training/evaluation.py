"""Measuring a classifier on gold sentences, the linear baseline beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence, annotated_only
from framescope.data.checks import require_unseen
from framescope.data.provenance import corpus_hash
from framescope.models.bundle import BASELINE, load_bundle
from framescope.models.calibration import brier_score, expected_calibration_error, reliability
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import Scores
from framescope.models.labels import LabelSpace
from framescope.models.linear import LinearScorer
from framescope.training.bootstrap import bootstrap_intervals
from framescope.training.metrics.frames import frame_scores
from framescope.training.metrics.joint import joint_f1, joint_scores
from framescope.training.metrics.stances import stance_scores


def evaluate_classifier(
    classifier: FrameClassifier, gold: Sequence[AnnotatedSentence]
) -> dict[str, Any]:
    """All metrics of the contract, with 95 % intervals by bootstrap over documents.

    Args:
        classifier: What to measure.
        gold: Annotated sentences that it was not trained on.

    Returns:
        ``frames`` (by frame: precision, recall, f1, joint_f1, support, stance_accuracy,
        stance_macro_f1, ece, brier), ``macro_f1``, ``micro_f1``, ``joint_micro_f1``,
        ``false_alarms_per_1000`` and ``intervals`` under the same names.
    """
    scores = classifier.scores([s.text for s in gold])
    codes = classifier.space.encode(gold)
    return evaluate_scores(scores, codes, [s.group for s in gold], classifier.space)


def evaluate_with_baseline(
    classifier: FrameClassifier,
    bundle: Path,
    gold: Sequence[AnnotatedSentence],
    *,
    allow_overlap: bool = False,
) -> dict[str, Any]:
    """Evaluate a loaded bundle and the linear baseline that lies in it, on annotated gold.

    Args:
        classifier: The bundle, loaded.
        bundle: Its folder.
        gold: Annotated sentences.
        allow_overlap: Measure on sentences that it was trained on as well.

    Raises:
        InputError: No sentence of the gold is annotated, or one was trained on.
    """
    gold = annotated_only(gold)
    trained_on = require_unseen(gold, classifier.trained_on, allowed=float(allow_overlap))
    result = {
        "bundle_hash": classifier.hash,
        "computed": classifier.scorer.computed,
        "codebook_hash": classifier.codebook.hash,
        "gold_hash": corpus_hash(gold),
        "sentences": len(gold),
        "documents": len({s.group for s in gold}),
        "trained_on": trained_on,
        **evaluate_classifier(classifier, gold),
    }
    if baseline := baseline_of(classifier, bundle):
        result["baseline"] = evaluate_classifier(baseline, gold)
    return result


def baseline_of(classifier: FrameClassifier, bundle: Path) -> FrameClassifier | None:
    """The linear baseline that lies in a loaded bundle; a linear bundle is its own."""
    if classifier.scorer.kind == LinearScorer.kind:
        return classifier
    folder = bundle / BASELINE
    return load_bundle(folder) if folder.is_dir() else None


def evaluate_scores(
    scores: Scores, gold: NDArray[np.int64], groups: Sequence[str], space: LabelSpace
) -> dict[str, Any]:
    """Metrics of scores that are there already; see ``evaluate_classifier``."""
    result: dict[str, Any] = frame_scores(scores.codes, gold, space.frames)
    result |= joint_scores(scores.codes, gold)
    if space.has_stances:
        for frame, values in stance_scores(scores.stance, gold, space.frames).items():
            result["frames"][frame] |= values
    joint = joint_f1(scores.codes, gold)
    result["reliability"] = {}
    for f, frame in enumerate(space.frames):
        result["frames"][frame]["joint_f1"] = joint[f]
        pair_of_frame = scores.frame_probability[:, f], gold[:, f] > 0
        result["frames"][frame]["ece"] = expected_calibration_error(*pair_of_frame)
        result["frames"][frame]["brier"] = brier_score(*pair_of_frame)
        result["reliability"][frame] = reliability(*pair_of_frame)
    result["intervals"] = bootstrap_intervals(
        scores.codes,
        scores.stance,
        gold,
        groups=groups,
        frames=space.frames,
        classes=len(space.classes),
    )
    return result
