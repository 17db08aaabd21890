"""A challenger that starts from the champion's network instead of the bare encoder.

The champion has seen the old sentences, so nothing that starts from it can be judged on them, and
its temperatures and thresholds cannot be fitted on them again: it keeps the champion's. It is
judged on the new sentences, held out in folds by document.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.console import progress_bar
from framescope.data.splits import document_folds
from framescope.models.blend import BlendScorer
from framescope.models.classifier import FrameClassifier
from framescope.models.network import FramescopeModel
from framescope.training.fine_tune import Examples, FineTuner
from framescope.training.fit import Fit, training_examples
from framescope.training.settings import TrainSettings

#: Old sentences for each new one, so that what was learnt is not forgotten (replay).
REPLAY = 4
#: Of the settings' learning rate: the weights are near their place already.
RATE = 0.5
EPOCHS = 2


class _WarmTuner(FineTuner):
    """Fine-tuning that goes on from a bundle's network."""

    start: Path

    def _network(self) -> FramescopeModel:
        network: FramescopeModel = FramescopeModel.from_pretrained(self.start, use_safetensors=True)
        return network


def fit_warm(
    champion: FrameClassifier,
    folder: Path,
    old: Sequence[AnnotatedSentence],
    new: Sequence[AnnotatedSentence],
    settings: TrainSettings,
) -> Fit:
    """Train on from the champion with the new sentences and a sample of the old ones.

    Args:
        champion: Whose decision rule is kept.
        folder: Its bundle.
        old: What it was trained on.
        new: What it never saw; from at least two documents.
        settings: The champion's.

    Returns:
        The fit; ``held_out`` are logits (n, F, C) of the n new sentences alone.
    """
    settings = settings.model_copy(update={"learning_rate": settings.learning_rate * RATE})
    examples = training_examples(new, champion.space)
    replay = training_examples(_sample(old, REPLAY * len(new), settings.seed), champion.space)
    folds = document_folds(new, folds=settings.folds, seed=settings.seed)
    held_out = np.zeros((len(new), *champion.space.shape), dtype=np.float32)
    with progress_bar("Training on", total=(len(folds) + 1) * EPOCHS, unit="epochs") as bar:
        tuner = _WarmTuner(settings, champion.space, bar.advance)
        tuner.start = folder
        for number, (rest, fold) in enumerate(folds, start=1):
            train = _together(replay, examples.take(rest))
            scorer, _ = tuner.run(train, epochs=EPOCHS, seed=settings.seed + number)
            held_out[fold] = scorer.logits([examples.texts[i] for i in fold])
        final, _ = tuner.run(_together(replay, examples), epochs=EPOCHS, seed=settings.seed)
    classifier = FrameClassifier(
        champion.codebook, final, champion.rule, frameless=champion.frameless
    )
    return Fit(classifier, held_out, EPOCHS)


def blend_warm(warm: Fit, baseline: Fit, new: NDArray[np.int64], network_weight: float) -> Fit:
    """The network with the refitted baseline, under the champion's rule.

    Args:
        warm: From ``fit_warm``.
        baseline: Fitted on old and new sentences.
        new: Rows of the new sentences among these.
        network_weight: Of the champion.
    """
    classifier = warm.classifier
    linear: Any = baseline.classifier.scorer
    scorer = BlendScorer(classifier.scorer, linear, network_weight)
    blended = FrameClassifier(
        classifier.codebook, scorer, classifier.rule, frameless=classifier.frameless
    )
    held_out = scorer.mixed(warm.held_out, baseline.held_out[new])
    return Fit(blended, held_out, warm.epochs)


def _sample(
    sentences: Sequence[AnnotatedSentence], most: int, seed: int
) -> list[AnnotatedSentence]:
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(sentences))[:most]
    return [sentences[i] for i in sorted(chosen)]


def _together(first: Examples, second: Examples) -> Examples:
    return Examples(
        [*first.texts, *second.texts],
        np.concatenate([first.codes, second.codes]),
        np.concatenate([first.weights, second.weights]),
    )
