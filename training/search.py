"""A search for better settings, scored on held-out documents of the training data alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.console import tell
from framescope.data.errors import InputError
from framescope.data.processes import process_count
from framescope.data.provenance import corpus_hash
from framescope.data.splits import document_holdout
from framescope.models.bundle import bundle_hash
from framescope.models.encoders import locate_encoder
from framescope.models.labels import LabelSpace
from framescope.training.fine_tune import FineTuner
from framescope.training.fit import training_examples
from framescope.training.search_space import SearchSpace
from framescope.training.settings import TrainSettings
from framescope.training.study import finished, open_study
from framescope.training.trials import Trials

#: Share of the documents on which all trials are scored.
_HELD_OUT = 0.2
#: Settings that no trial depends on.
_NO_SAY = {
    "model", "encoder", "folds", "validation_share", "blend", "network_weight",
    "annotation_weight", "device",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Search:
    """How many trials a search wants, and the SQLite file that keeps them."""

    trials: int
    study: Path


def find_settings(
    sentences: Sequence[AnnotatedSentence],
    codebook: Codebook,
    settings: TrainSettings,
    search: Search,
) -> tuple[TrainSettings, dict[str, Any]]:
    """Try settings until the study has enough finished trials.

    A trial trains on four fifths of the documents; its score is the best epoch's mean average
    precision on the rest. The given settings are tried first, then four random ones; the others
    are proposed by TPE (Bergstra et al. 2011). Trials are stopped when they fall below the median
    of those before.

    Returns:
        The best settings, and what ``training.json`` keeps of the search.

    Raises:
        InputError: The model is the linear one, several processes train together, or the study
            was made for other data, or three trials in a row failed.
    """
    _require_one_network(settings)
    trials = _trials(sentences, codebook, settings, search.study)
    if done := len(finished(trials.study)):
        tell(f"{search.study} holds {done} finished trials of {search.trials}; going on")
    try:
        trials.run(search.trials)
    except KeyboardInterrupt:
        tell(f"{search.study} keeps the finished trials; the same command goes on with them")
        raise
    best = trials.study.best_trial
    tell(f"Training with the settings of the best trial, whose score was {best.value:.3f}")
    record = {
        "trials": len(finished(trials.study)),
        "score": "mean average precision of the best epoch on a fifth of the documents",
        "best_score": best.value,
        "best_settings": best.params,
        "space": asdict(trials.search_space),
        "study": search.study.name,
    }
    return settings.model_copy(update=best.params), record


def _require_one_network(settings: TrainSettings) -> None:
    if settings.model != "network":
        raise InputError("--search looks for settings of the network", expected="--model network")
    if process_count() > 1:
        wish = "one process; several runs can share a search through one --study"
        raise InputError("a search cannot run under torchrun", expected=wish)


def _trials(
    sentences: Sequence[AnnotatedSentence],
    codebook: Codebook,
    settings: TrainSettings,
    study: Path,
) -> Trials:
    label_space = LabelSpace.of(codebook)
    tuner = FineTuner(settings, label_space, on_epoch=lambda: None)
    space = SearchSpace.around(settings, width=tuner.width)
    made_for = _made_for(sentences, codebook, settings, space)
    examples = training_examples(sentences, label_space)
    train, held_out = document_holdout(sentences, share=_HELD_OUT, seed=settings.seed)
    return Trials(
        study=open_study(study, made_for, settings.model_dump(include=SearchSpace.names())),
        search_space=space,
        settings=settings,
        label_space=label_space,
        train=examples.take(train),
        held_out=examples.take(held_out),
    )


def _made_for(
    sentences: Sequence[AnnotatedSentence],
    codebook: Codebook,
    settings: TrainSettings,
    space: SearchSpace,
) -> dict[str, Any]:
    """What the scores of a study depend on, as JSON holds it."""
    encoder = Path(locate_encoder(settings.encoder))
    return {
        "corpus": corpus_hash(sentences),
        "codebook": codebook.hash,
        "encoder": bundle_hash(encoder) if encoder.is_dir() else settings.encoder,
        "search space": {name: list(bounds) for name, bounds in asdict(space).items()},
        "setting": settings.model_dump(exclude=SearchSpace.names() | _NO_SAY),
    }
