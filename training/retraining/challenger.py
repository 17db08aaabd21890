"""Training the challenger: from the base encoder, warm from the champion, or the better of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax

from framescope.data.annotations import AnnotatedSentence
from framescope.data.errors import InputError
from framescope.models.bundle import load_bundle, read_training
from framescope.models.classifier import FrameClassifier
from framescope.training.evaluation import evaluate_scores
from framescope.training.fit import Fit, fit_linear, fit_network
from framescope.training.metrics.average_precision import mean_average_precision
from framescope.training.retraining.rules import Start
from framescope.training.settings import TrainSettings
from framescope.training.train import Fits, join_fits, out_of_fold_metrics, write_bundle


@dataclass(frozen=True, slots=True)
class Champion:
    """A bundle that is to be challenged."""

    folder: Path
    classifier: FrameClassifier
    training: dict[str, Any]
    settings: TrainSettings

    @classmethod
    def load(cls, folder: Path) -> Champion:
        """Load a bundle with the settings that it was trained under.

        Raises:
            InputError: It is no bundle, or does not tell its settings.
        """
        classifier, training = load_bundle(folder), read_training(folder)
        try:
            told = dict(training["settings"])
            if told["model"] == "linear":  # its folds are fixed, and no setting
                told.pop("folds")
            settings = TrainSettings.model_validate(told)
        except (KeyError, TypeError, ValueError) as error:
            wish = "a bundle of framescope train"
            raise InputError(f"settings not told: {error}", path=folder, expected=wish) from error
        return cls(folder, classifier, training, settings)

    @property
    def corpus_hash(self) -> str | None:
        """Hash of the corpus that it was trained on."""
        return (self.training.get("corpus") or {}).get("hash")


def train_challenger(
    champion: Champion,
    corpus: Sequence[AnnotatedSentence],
    taken: Sequence[AnnotatedSentence],
    start: Start,
    output: Path,
    *,
    gold: Mapping[str, Any],
) -> dict[str, Any]:
    """Train under the champion's settings and write the bundle.

    Of a cold and a warm network the one with the higher mean average precision on the new
    sentences, held out in folds by document, is taken; the gold has no part in it.

    Args:
        champion: Whose settings, and for a warm start whose weights, are used.
        corpus: Old and new sentences.
        taken: The new ones among them.
        start: Where a network's training starts.
        output: The bundle's folder.
        gold: Hash and size of the gold, for the bundle's record.

    Returns:
        ``start`` and, where both were trained, the mean average precision of each.
    """
    settings, codebook = champion.settings, champion.classifier.codebook
    new = _rows(corpus, taken)
    share = settings.framed_share
    baseline = fit_linear(corpus, codebook, seed=settings.seed, framed_share=share)
    about: dict[str, Any] = {"start": "linear", "champion": champion.classifier.hash}
    if settings.model == "linear":
        fits = Fits(baseline, baseline, None)
        _write(output, fits, corpus, settings, about | {"gold": gold})
        return about
    cold, warm = _networks(champion, corpus, new, start)
    precision = _precisions(champion, corpus, new, cold, warm)
    about |= {"start": max(precision, key=precision.__getitem__), "validation": precision}
    if cold and about["start"] == "cold":
        fits = join_fits(cold, baseline, settings, corpus)
        _write(output, fits, corpus, settings, about | {"gold": gold})
    elif warm:
        _write_warm(output, warm, baseline, corpus, new, settings, about | {"gold": gold})
    return about


def _rows(corpus: Sequence[AnnotatedSentence], taken: Sequence[AnnotatedSentence]) -> list[int]:
    names = {s.id for s in taken}
    return [i for i, s in enumerate(corpus) if s.id in names]


def _networks(
    champion: Champion, corpus: Sequence[AnnotatedSentence], new: Sequence[int], start: Start
) -> tuple[Fit | None, Fit | None]:
    from framescope.training.retraining.warm import fit_warm

    settings, classifier = champion.settings, champion.classifier
    known = set(new)
    old = [s for i, s in enumerate(corpus) if i not in known]
    rows = [corpus[i] for i in new]
    foldable = len({s.group for s in rows}) >= settings.folds
    if start == "warm" and not foldable:
        problem = "the new sentences are of too few documents for a warm start"
        raise InputError(problem, expected=f"{settings.folds} documents, or --start cold")
    cold = None
    if start != "warm" or not foldable:
        cold = fit_network(corpus, classifier.codebook, settings)
    warm = None
    if start != "cold" and foldable:
        warm = fit_warm(classifier, champion.folder, old, rows, settings)
    return cold, warm


def _precisions(
    champion: Champion,
    corpus: Sequence[AnnotatedSentence],
    new: Sequence[int],
    cold: Fit | None,
    warm: Fit | None,
) -> dict[str, float]:
    """Mean average precision on the held-out new sentences; 0 where they show no frame."""
    codes = champion.classifier.space.encode([corpus[i] for i in new])

    def precision(logits: Any) -> float:
        return mean_average_precision(softmax(logits, axis=2)[:, :, 1:], codes) or 0.0

    found = {"cold": precision(cold.held_out[list(new)])} if cold else {}
    return found | ({"warm": precision(warm.held_out)} if warm else {})


def _write(
    output: Path,
    fits: Fits,
    corpus: Sequence[AnnotatedSentence],
    settings: TrainSettings,
    about: Mapping[str, Any],
) -> None:
    metrics = out_of_fold_metrics(fits, corpus)
    write_bundle(output, fits, corpus, settings, metrics=metrics, about=about)


def _write_warm(
    output: Path,
    warm: Fit,
    baseline: Fit,
    corpus: Sequence[AnnotatedSentence],
    new: Sequence[int],
    settings: TrainSettings,
    about: Mapping[str, Any],
) -> None:
    """Write the bundle; its own metrics are of the new sentences, the only ones held out."""
    from framescope.training.retraining.warm import blend_warm

    decides = warm
    if settings.blend:
        decides = blend_warm(warm, baseline, np.array(new), settings.network_weight)
    rows = [corpus[i] for i in new]
    codes = decides.classifier.space.encode(rows)
    groups = [s.group for s in rows]

    def metrics(fit: Fit, logits: Any) -> dict[str, Any]:
        classifier = fit.classifier
        return evaluate_scores(classifier.rule.apply(logits), codes, groups, classifier.space)

    told = {
        "what": "predictions on the new sentences of a warm start, held out by document; "
        "thresholds and temperatures are those of the bundle before",
        **metrics(decides, decides.held_out),
        "baseline": metrics(baseline, baseline.held_out[list(new)]),
    }
    write_bundle(output, Fits(decides, baseline, warm), corpus, settings, metrics=told, about=about)
