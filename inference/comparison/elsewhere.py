"""Corrected prevalence from gold that comes from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence, annotated_only
from framescope.data.checks import require_unseen
from framescope.data.errors import InputError
from framescope.inference.comparison.corrected import Corrected, Correction, decided
from framescope.inference.comparison.counts import Cell, GroupCounts
from framescope.inference.comparison.design import Decisions, Interval
from framescope.inference.comparison.differences import Share, differences_of
from framescope.inference.comparison.intervals import Floats
from framescope.inference.comparison.transported import (
    Confusion,
    confusion_of,
    correct_by_confusion,
)
from framescope.inference.manifest import ScoredArchive
from framescope.models.classifier import FrameClassifier
from framescope.models.labels import LabelSpace

Ints = NDArray[np.int64]

#: With fewer gold sentences of a true class its error rates are not known.
FEWEST_OF_A_CLASS = 10
_ASSUMPTION = (
    "In every outlet of the archive the classifier errs as often as on the gold, among sentences "
    "with the frame and among those without: P(decided | true) is the same. Gold from elsewhere "
    "cannot test this; where it is wrong, shares are biased and the intervals do not tell."
)


@dataclass(frozen=True, slots=True)
class GoldElsewhere:
    """Gold sentences that are not of the archive, and what the classifier decides on them.

    Attributes:
        truth: Class of each frame, 0 for absent, shape (n, F).
        decided: The same as decided, shape (n, F).
        document: Number of the document of each, shape (n,).
    """

    truth: Ints
    decided: Ints
    document: Ints


def decide_gold(
    classifier: FrameClassifier, archive: ScoredArchive, sentences: Sequence[AnnotatedSentence]
) -> GoldElsewhere:
    """Decide gold by the rule that scored the archive; texts that it abstains from are left out.

    Raises:
        InputError: No sentence is annotated, all are abstained from, or one was trained on.
    """
    gold = annotated_only(sentences)
    require_unseen(gold, classifier.trained_on)
    settings, space = archive.settings, classifier.space
    told = settings.get("thresholds") or classifier.thresholds
    thresholds = np.array([told[frame] for frame in space.frames])
    ruled = replace(classifier, rule=replace(classifier.rule, thresholds=thresholds))
    found = ruled.predict([s.text for s in gold], abstain=bool(settings.get("abstain", True)))
    kept = [pair for pair in zip(gold, found, strict=True) if pair[1].frames is not None]
    if not kept:
        raise InputError("every gold sentence is outside what the model was trained for")
    decisions = [s.model_copy(update={"frames": p.frames}) for s, p in kept]
    documents = np.unique([s.group for s, _ in kept], return_inverse=True)[1]
    return GoldElsewhere(space.encode([s for s, _ in kept]), space.encode(decisions), documents)


def correct_with_elsewhere(
    by_outlet: Sequence[GroupCounts],
    by_month: Sequence[GroupCounts],
    cells: Sequence[Cell],
    gold: GoldElsewhere,
    space: LabelSpace,
) -> Correction:
    """Correct every cell of every group, and compare outlets.

    A frame is corrected as present or absent; its stances together, as the classes of one matrix,
    so that the rates of rare stances do not blur those of the frame.
    """
    outlets, months, shares = [], [], []
    for cell in cells:
        confusion, needed = _confusion(cell, gold, space)
        for group in by_outlet:
            found, draws = _corrected(group, cells, cell, confusion, needed, gold, space)
            outlets.append(found)
            if found.estimate is not None:
                shares.append(Share(group.outlet, cell, found.estimate, draws))
        months += [
            _corrected(group, cells, cell, confusion, needed, gold, space)[0] for group in by_month
        ]
    differences = differences_of(shares)
    return Correction("misclassification_matrix", _ASSUMPTION, outlets, months, differences)


def _confusion(cell: Cell, gold: GoldElsewhere, space: LabelSpace) -> tuple[Confusion | None, int]:
    """Error rates for a cell, or how many gold sentences are missing for them."""
    f = space.frames.index(cell.frame)
    truth, found = gold.truth[:, f], gold.decided[:, f]
    classes = len(space.classes)
    if cell.stance is None:
        truth, found, classes = (truth > 0).astype(np.int64), (found > 0).astype(np.int64), 2
    counts = np.bincount(truth, minlength=classes)
    needed = int(np.maximum(FEWEST_OF_A_CLASS - counts, 0).sum())
    return (None, needed) if needed else (confusion_of(truth, found, gold.document, classes), 0)


def _corrected(
    group: GroupCounts,
    cells: Sequence[Cell],
    cell: Cell,
    confusion: Confusion | None,
    needed: int,
    gold: GoldElsewhere,
    space: LabelSpace,
) -> tuple[Corrected, Floats | None]:
    hits = group.hits[:, list(cells).index(cell)]
    naive = float(group.articles @ hits / (group.articles @ group.sentences))
    names = group.outlet, group.month, cell.frame, cell.stance, len(gold.truth), naive
    if confusion is None:
        return Corrected(*names, None, needed=needed), None
    code = 1 if cell.stance is None else space.classes.index(cell.stance)
    name = f"{group.outlet}\n{group.month}"
    decisions = _decisions(group, cells, cell, space)
    estimate, draws = correct_by_confusion(decisions, confusion, group=name)
    share, own = float(estimate[code]), draws[:, code]
    low, high = (float(q) for q in np.quantile(own, (0.025, 0.975)))
    return Corrected(*names, Interval(share, min(low, share), max(high, share))), own


def _decisions(
    group: GroupCounts, cells: Sequence[Cell], cell: Cell, space: LabelSpace
) -> Decisions:
    if cell.stance is None:
        return Decisions(group.articles, decided(group, cells, cell))
    framed = group.hits[:, list(cells).index(Cell(cell.frame))]
    stances = [group.hits[:, list(cells).index(Cell(cell.frame, s))] for s in space.classes[1:]]
    return Decisions(group.articles, np.stack([group.sentences - framed, *stances], axis=1))
