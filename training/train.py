"""From a corpus on disk to a bundle on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scipy.special import softmax

from framescope.data.annotations import AnnotatedSentence, annotated_only, read_annotations
from framescope.data.checks import find_leakage, require_no_leakage, require_unseen
from framescope.data.codebook import Codebook
from framescope.data.console import console
from framescope.data.errors import InputError
from framescope.data.fingerprints import fingerprints
from framescope.data.output import require_absent, whole_folder, write_json, write_text
from framescope.data.parts import Part
from framescope.data.processes import is_first_process
from framescope.data.provenance import corpus_hash, versions
from framescope.models.bundle import BASELINE, save_bundle
from framescope.models.labels import LabelSpace
from framescope.models.scope import Scope
from framescope.training.card import model_card
from framescope.training.evaluation import evaluate_scores
from framescope.training.fit import Fit, baseline_folds, blend_fits, fit_linear, fit_network
from framescope.training.settings import TrainSettings

if TYPE_CHECKING:
    from framescope.training.search import Search
    from framescope.training.soft_labels import SoftLabels

_MARKER = "training.json"


def train_bundle(
    corpus: Sequence[AnnotatedSentence],
    codebook: Codebook,
    settings: TrainSettings,
    output: Path,
    *,
    gold: Mapping[str, Any] | None = None,
    search: Search | None = None,
    soft: SoftLabels | None = None,
    soft_output: Path | None = None,
    part: Part | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Train, evaluate out of fold, and write the bundle with the linear baseline inside.

    Args:
        corpus: Annotated sentences; those without labels are left out.
        codebook: What they were annotated under.
        settings: How to train.
        output: The bundle's folder.
        gold: What ``check_leakage`` found out about the gold, for the record.
        search: Look for better settings first.
        soft: What a larger network takes the sentences to be.
        soft_output: File for what this network, held out, takes them to be.
        part: The part of an archive that the bundle is for.
        overwrite: Replace a bundle that is there.

    Returns:
        The content of ``metrics.json``; nothing in all but the first of several processes.

    Raises:
        InputError: ``output`` exists, no sentence is annotated, documents are too few, or the
            search cannot be made.
    """
    if is_first_process():
        require_absent(output, overwrite=overwrite, marker=_MARKER)
        if soft_output:
            _require_place(soft_output, output, overwrite=overwrite)
    sentences = annotated_only(corpus)
    _require_one_row_each(sentences)
    _require_documents(sentences, max(baseline_folds(len(sentences)), settings.folds))
    settings, found = _settings(sentences, codebook, settings, search)
    linear = settings.model == "linear"
    network = None if linear else fit_network(sentences, codebook, settings, soft)
    if not is_first_process():
        return {}
    baseline = fit_linear(
        sentences, codebook, seed=settings.seed, framed_share=settings.framed_share
    )
    fits = join_fits(network, baseline, settings, sentences)
    metrics = out_of_fold_metrics(fits, sentences)
    about: dict[str, Any] = {"gold": gold, "search": found}
    if soft:
        about["soft_labels"] = _told(soft, sentences)
        metrics["what"] += _SOFT_CAVEAT
    write_bundle(
        output, fits, sentences, settings, metrics=metrics, about=about, part=part, soft=soft,
        overwrite=overwrite,
    )  # fmt: skip
    if soft_output and network:
        _write_soft(soft_output, network, sentences, settings, soft)
    return metrics


_SOFT_CAVEAT = (
    "; the soft labels come from networks that were trained on part of what is held out here, so"
    " that the figures may flatter"
)


def _require_place(soft_output: Path, output: Path, *, overwrite: bool) -> None:
    """Refuse a place for soft labels where an hour of training would be lost."""
    if soft_output.resolve().is_relative_to(output.resolve()):
        raise InputError("it is inside the bundle", path=soft_output, expected="a place beside it")
    require_absent(soft_output, overwrite=overwrite)
    if not soft_output.parent.is_dir():
        raise InputError("there is no such folder", path=soft_output.parent)


def _told(soft: SoftLabels, sentences: Sequence[AnnotatedSentence]) -> dict[str, Any]:
    """What ``training.json`` keeps of the soft labels."""
    known = soft.known([s.text for s in sentences])
    told = {name: soft.about.get(name) for name in ("encoder", "settings", "corpus_hash")}
    return {"hash": soft.hash, "sentences": known, **told}


def _write_soft(
    path: Path,
    network: Fit,
    sentences: Sequence[AnnotatedSentence],
    settings: TrainSettings,
    soft: SoftLabels | None,
) -> None:
    from framescope.training.soft_labels import write_soft_labels

    classifier = network.classifier
    about = {
        "encoder": settings.encoder,
        "settings": settings.model_dump(mode="json"),
        "codebook_hash": classifier.codebook.hash,
        "corpus_hash": corpus_hash(sentences),
        "versions": versions(),
        "soft_labels": soft and soft.hash,
    }
    probability = softmax(network.held_out, axis=2)
    write_soft_labels(path, [s.text for s in sentences], probability, classifier.space, about)


@dataclass(frozen=True, slots=True)
class Fits:
    """What a bundle is made of: the fit that decides, the linear baseline, and the network."""

    decides: Fit
    baseline: Fit
    network: Fit | None


def join_fits(
    network: Fit | None,
    baseline: Fit,
    settings: TrainSettings,
    sentences: Sequence[AnnotatedSentence],
) -> Fits:
    """The fits of a bundle, network and baseline blended if the settings say so."""
    decides = network or baseline
    if network and settings.blend:
        decides = blend_fits(
            network, baseline, sentences, settings.framed_share, settings.network_weight
        )
    return Fits(decides, baseline, network)


def out_of_fold_metrics(fits: Fits, sentences: Sequence[AnnotatedSentence]) -> dict[str, Any]:
    """The content of ``metrics.json``."""
    console.print("Evaluating out-of-fold predictions …")
    return {
        "what": "out-of-fold predictions on the training corpus, cut by document; thresholds and "
        "temperatures were fitted on the same predictions",
        **_out_of_fold(fits.decides, sentences),
        "baseline": _out_of_fold(fits.baseline, sentences),
    }


def write_bundle(
    output: Path,
    fits: Fits,
    sentences: Sequence[AnnotatedSentence],
    settings: TrainSettings,
    *,
    metrics: dict[str, Any],
    about: Mapping[str, Any],
    part: Part | None = None,
    soft: SoftLabels | None = None,
    overwrite: bool = False,
) -> None:
    """Write a bundle whole or not at all.

    Args:
        output: The bundle's folder.
        fits: What it is made of.
        sentences: What they were trained on.
        settings: How.
        metrics: The content of ``metrics.json``.
        about: What else ``training.json`` should tell.
        part: The part of an archive that it is for.
        soft: What was learnt besides; its teacher's sentences count as trained on.
        overwrite: Replace a bundle that is there.

    Raises:
        InputError: ``output`` exists.
    """
    codebook = fits.decides.classifier.codebook
    scope = Scope.of([s.text for s in sentences], codebook.language)
    provenance = _provenance(sentences, codebook, scope) | {"gold": about.get("gold")}
    how = _how(settings, fits.decides, linear=fits.network is None, soft=soft is not None)
    training = provenance | {"search": None, **about} | how
    with whole_folder(output, overwrite=overwrite, marker=_MARKER) as folder:
        if fits.network:
            # First, because it counts in the hash of the whole.
            (folder / BASELINE).mkdir()
            plain = provenance | _how(settings, fits.baseline, linear=True)
            _save(folder / BASELINE, fits.baseline, scope, metrics["baseline"], plain)
        known = fingerprints(s.text for s in sentences)
        known |= soft.trained_on if soft else frozenset()
        classifier = replace(fits.decides.classifier, trained_on=known, part=part)
        decides = replace(fits.decides, classifier=classifier)
        _save(folder, decides, scope, metrics, training)
        write_text(folder / "README.md", model_card(metrics, training, codebook))


def _settings(
    sentences: Sequence[AnnotatedSentence],
    codebook: Codebook,
    settings: TrainSettings,
    search: Search | None,
) -> tuple[TrainSettings, dict[str, Any] | None]:
    """The settings to train with, and the record of the search that found them."""
    if search is None:
        return settings, None
    from framescope.training.search import find_settings

    return find_settings(sentences, codebook, settings, search)


def check_leakage(
    corpus: Sequence[AnnotatedSentence],
    gold: Sequence[Path],
    codebook: Codebook,
    *,
    allow: bool,
    soft: SoftLabels | None = None,
) -> dict[str, Any] | None:
    """The hard gate between training and held-out sentences.

    Returns:
        Hash of the gold and ids of overlapping rows that are allowed; None without gold.

    Raises:
        InputError: A training sentence stands in the gold, or nearly so, or the teacher of the soft
            labels was trained on one, and it is not allowed.
    """
    if not gold:
        return None
    held_out = read_annotations(gold, codebook)
    if not allow:
        require_no_leakage(corpus, held_out, ("the training sentences", "the gold"))
        if soft:
            require_unseen(held_out, soft.trained_on)
    pairs = [[o.left_id, o.right_id, o.kind] for o in find_leakage(corpus, held_out)]
    return {"hash": corpus_hash(held_out), "sentences": len(held_out), "allowed_pairs": pairs}


def _out_of_fold(fit: Fit, sentences: Sequence[AnnotatedSentence]) -> dict[str, Any]:
    space = fit.classifier.space
    scores = fit.classifier.rule.apply(fit.held_out)
    groups = [s.group for s in sentences]
    return evaluate_scores(scores, space.encode(sentences), groups, space)


def _save(
    folder: Path, fit: Fit, scope: Scope, metrics: dict[str, Any], training: dict[str, Any]
) -> None:
    calibration = {
        frame: {name: values[name] for name in ("ece", "brier")}
        for frame, values in metrics["frames"].items()
    }
    classifier = replace(fit.classifier, scope=scope)
    save_bundle(folder, classifier, training=training, calibration={"quality": calibration})
    write_json(folder / "metrics.json", metrics)


def _require_one_row_each(sentences: Sequence[AnnotatedSentence]) -> None:
    """Refuse two rows of one id: labels of several annotators are settled before training."""
    twice = [id_ for id_, n in Counter(s.id for s in sentences).items() if n > 1]
    if twice:
        problem = f"{len(twice)} ids stand in more than one row, such as {twice[0]!r}"
        raise InputError(problem, expected="one row a sentence, its labels settled")


def _require_documents(sentences: Sequence[AnnotatedSentence], folds: int) -> None:
    documents = len({s.group for s in sentences})
    if documents < folds:
        problem = f"{documents} documents cannot be cut into {folds} folds"
        raise InputError(problem, expected=f"sentences from {folds} documents or more")


def _provenance(
    sentences: Sequence[AnnotatedSentence], codebook: Codebook, scope: Scope
) -> dict[str, Any]:
    space = LabelSpace.of(codebook)
    cells = Counter(
        f"{frame}:{stance}" if space.has_stances else frame
        for s in sentences
        for frame, stance in s.labels.items()
    )
    return {
        "corpus": {
            "hash": corpus_hash(sentences),
            "sentences": len(sentences),
            "documents": len({s.group for s in sentences}),
            "languages": list(scope.languages),
            "frameless": sum(not s.labels for s in sentences),
            "cells": dict(sorted(cells.items())),
        },
        "codebook": {"id": codebook.id, "version": codebook.version, "hash": codebook.hash},
        "versions": versions(),
    }


def _how(settings: TrainSettings, fit: Fit, *, linear: bool, soft: bool = False) -> dict[str, Any]:
    """What was done; of the settings only those that had a say."""
    if linear:
        kept = {"seed": settings.seed, "framed_share": settings.framed_share}
        folds = baseline_folds(len(fit.held_out))
        return {"settings": {"model": "linear", "folds": folds, **kept}}
    had_a_say = {"network_weight": settings.blend, "annotation_weight": soft}
    silent = {name for name, had in had_a_say.items() if not had}
    return {"settings": settings.model_dump(exclude=silent), "epochs": fit.epochs}
