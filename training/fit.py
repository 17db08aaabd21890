"""From annotated sentences to a classifier whose decisions come from held-out predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.console import progress_bar
from framescope.data.splits import document_folds, document_holdout
from framescope.models.alarms import FramelessSentences
from framescope.models.cascade import Cascade
from framescope.models.classifier import FrameClassifier, Scorer
from framescope.models.decisions import DecisionRule
from framescope.models.labels import LabelSpace
from framescope.models.linear import LinearScorer
from framescope.training.settings import TrainSettings

if TYPE_CHECKING:
    from framescope.training.fine_tune import Examples, FineTuner
    from framescope.training.soft_labels import SoftLabels

#: Sentences from which on a second process pays, and three folds fewer save a minute.
_MANY = 5000
_FOLDS, _FOLDS_OF_MANY = 5, 2


@dataclass(frozen=True, slots=True)
class Fit:
    """A classifier with the held-out logits (n, F, C) that its decision rule was fitted on."""

    classifier: FrameClassifier
    held_out: NDArray[np.float32]
    epochs: int = 0


def baseline_folds(sentences: int) -> int:
    """Folds by document in which the baseline's held-out predictions are made."""
    return _FOLDS if sentences < _MANY else _FOLDS_OF_MANY


def fit_linear(
    sentences: Sequence[AnnotatedSentence],
    codebook: Codebook,
    *,
    seed: int,
    framed_share: float | None = None,
) -> Fit:
    """Fit the linear baseline, its decision rule on out-of-fold predictions.

    Folds of large corpora are fitted in two processes: one fit uses one core.
    """
    space = LabelSpace.of(codebook)
    texts = np.array([s.text for s in sentences], dtype=object)
    codes, weights = space.encode(sentences), _weights(sentences)

    def fit(rows: NDArray[np.int64]) -> LinearScorer:
        return LinearScorer.fit(list(texts[rows]), codes[rows], space, weights[rows])

    number = baseline_folds(len(sentences))
    folds = list(document_folds(sentences, folds=number, seed=seed))
    # The largest first, so that both processes end at about the same time.
    parts = [np.arange(len(texts)), *(rest for rest, _ in folds)]
    final, *scorers = Parallel(n_jobs=2 if len(texts) >= _MANY else 1)(map(delayed(fit), parts))
    held_out = np.zeros((len(texts), *space.shape), dtype=np.float32)
    for scorer, (_, fold) in zip(scorers, folds, strict=True):
        held_out[fold] = scorer.logits(list(texts[fold]))
    return Fit(_classifier(codebook, final, held_out, sentences, framed_share), held_out)


def fit_network(
    sentences: Sequence[AnnotatedSentence],
    codebook: Codebook,
    settings: TrainSettings,
    soft: SoftLabels | None = None,
) -> Fit:
    """Fine-tune the network, its decision rule on out-of-fold predictions.

    Each fold stops early on a validation part of its own training documents, if it makes more
    than one pass; the final network is then trained on all documents for the median of the epochs
    at which the folds were best.
    """
    from framescope.training.fine_tune import FineTuner

    space = LabelSpace.of(codebook)
    examples = training_examples(sentences, space)
    if soft:
        targets = soft.mixed(examples.texts, examples.codes, settings.annotation_weight)
        examples = replace(examples, targets=targets)
    total = (settings.folds + 1) * settings.epochs
    with progress_bar("Training", total=total, unit="epochs") as bar:
        tuner = FineTuner(settings, space, bar.advance)
        held_out, epochs = _cross_fit(tuner, sentences, examples, bar.describe)
        bar.describe("Training on all documents")
        final, _ = tuner.run(examples, epochs=epochs, seed=settings.seed)
    classifier = _classifier(codebook, final, held_out, sentences, settings.framed_share)
    return Fit(classifier, held_out, epochs)


def training_examples(sentences: Sequence[AnnotatedSentence], space: LabelSpace) -> Examples:
    """The sentences as the network learns from them."""
    from framescope.training.fine_tune import Examples

    texts = [s.text for s in sentences]
    return Examples(texts, space.encode(sentences), _weights(sentences))


def blend_fits(
    network: Fit,
    linear: Fit,
    sentences: Sequence[AnnotatedSentence],
    framed_share: float | None = None,
    network_weight: float = 0.5,
) -> Fit:
    """The two together, the decision rule fitted on the blend of their held-out predictions."""
    from framescope.models.blend import BlendScorer

    baseline: Any = linear.classifier.scorer
    scorer = BlendScorer(network.classifier.scorer, baseline, network_weight)
    held_out = scorer.mixed(network.held_out, linear.held_out)
    codebook = network.classifier.codebook
    classifier = _classifier(codebook, scorer, held_out, sentences, framed_share)
    rule = classifier.rule
    margins = rule.margins(rule.apply(held_out).frame_probability)
    cascade = Cascade.fit(linear.held_out, margins, linear.classifier.rule.temperatures)
    return Fit(replace(classifier, cascade=cascade), held_out, network.epochs)


def _cross_fit(
    tuner: FineTuner,
    sentences: Sequence[AnnotatedSentence],
    examples: Examples,
    describe: Callable[[str], None],
) -> tuple[NDArray[np.float32], int]:
    """Held-out logits of every sentence, and the median of the folds' best epochs."""
    settings, best = tuner.settings, []
    held_out = np.zeros((len(sentences), *tuner.space.shape), dtype=np.float32)
    folds = document_folds(sentences, folds=settings.folds, seed=settings.seed)
    for number, (rest, fold) in enumerate(folds, start=1):
        describe(f"Training, fold {number} of {settings.folds}")
        train, check = stopping_split(sentences, rest, settings)
        scorer, epoch = tuner.run(
            examples.take(train),
            validation=None if check is None else examples.take(check),
            epochs=settings.epochs,
            seed=settings.seed + number,
        )
        held_out[fold] = scorer.logits([examples.texts[i] for i in fold])
        best.append(epoch)
    return held_out, int(np.median(best))


def stopping_split(
    sentences: Sequence[AnnotatedSentence], rest: NDArray[np.int64], settings: TrainSettings
) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """Rows that a fold trains on, and those that stop it early; a single pass needs none."""
    if settings.epochs == 1:
        return rest, None
    train, check = document_holdout(
        [sentences[i] for i in rest], share=settings.validation_share, seed=settings.seed
    )
    return rest[train], rest[check]


def _classifier(
    codebook: Codebook,
    scorer: Scorer,
    held_out: NDArray[np.float32],
    sentences: Sequence[AnnotatedSentence],
    framed_share: float | None,
) -> FrameClassifier:
    codes = scorer.space.encode(sentences)
    groups = [s.group for s in sentences]
    rule = DecisionRule.fit(held_out, codes, groups, framed_share=framed_share)
    probability = rule.apply(held_out[(codes <= 0).all(axis=1)]).frame_probability
    frameless = FramelessSentences.of(rule, probability)
    return FrameClassifier(codebook, scorer, rule, frameless=frameless)


def _weights(sentences: Sequence[AnnotatedSentence]) -> NDArray[np.float32]:
    return np.array([s.weight or 1.0 for s in sentences], dtype=np.float32)
