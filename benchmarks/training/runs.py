"""One training run of each method on the same sentences, watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scipy.special import softmax
from transformers import TrainerCallback

from benchmarks.quality.datasets import some_documents
from benchmarks.quality.methods import setfit
from benchmarks.quality.methods.trainer import PlainTrainer
from benchmarks.quality.work import Work
from benchmarks.training.watch import Watch
from framescope.data.annotations import AnnotatedSentence, annotated_only, read_annotations
from framescope.data.codebook import load_codebook
from framescope.data.corpus_files import SHIPPED_CORPUS
from framescope.data.splits import document_holdout
from framescope.models.labels import LabelSpace
from framescope.models.transformer import TransformerScorer
from framescope.training.fine_tune import FineTuner
from framescope.training.fit import training_examples
from framescope.training.metrics.average_precision import mean_average_precision
from framescope.training.settings import TrainSettings

_HELD_OUT = 0.2
_SPLIT_SEED = 0


@dataclass(frozen=True, slots=True)
class Race:
    """What both train on, and the sentences on which quality is measured."""

    work: Work
    held_out: Sequence[AnnotatedSentence]

    @property
    def texts(self) -> list[str]:
        """The held-out texts."""
        return [s.text for s in self.held_out]

    def quality(self, probability: Any) -> float:
        """Mean average precision of probabilities (n, F, C - 1) on the held-out sentences."""
        found = mean_average_precision(probability, self.work.space.encode(self.held_out))
        return found or 0.0


def corpus_race(size: int, settings: TrainSettings) -> Race:
    """About ``size`` sentences of the shipped corpus by document, one in five held out."""
    codebook = load_codebook()
    sentences = annotated_only(read_annotations([SHIPPED_CORPUS], codebook))
    some = some_documents(sentences, size / len(sentences), _SPLIT_SEED)
    rest, held_out = document_holdout(some, share=_HELD_OUT, seed=_SPLIT_SEED)
    work = Work([some[i] for i in rest], {}, codebook, settings)
    return Race(work, [some[i] for i in held_out])


class _WatchedTuner(FineTuner):
    """Framescope's fine-tuning with one callback more."""

    watch: TrainerCallback

    def _callbacks(self, *, stops: bool) -> list[TrainerCallback]:
        return [*super()._callbacks(stops=stops), self.watch]


def ours(race: Race) -> dict[str, Any]:
    """Fine-tune once as ``framescope train`` does for the network that it ships."""
    work, settings = race.work, race.work.settings

    def quality(network: Any) -> float:
        scorer = TransformerScorer(
            network, tuner.tokenizer, device=settings.device, precision=settings.precision
        )
        probability = softmax(scorer.logits(race.texts), axis=2)[:, :, 1:]
        network.train(True)
        return race.quality(probability)

    watch = Watch(quality)
    tuner = _WatchedTuner(settings, work.space, lambda: None)
    tuner.watch = watch
    examples = training_examples(work.train, work.space)
    tuner.run(examples, epochs=settings.epochs, seed=settings.seed)
    return _result(watch)


def trainer(race: Race) -> dict[str, Any]:
    """Fine-tune with plain Trainer in fp32."""
    shape = _shape(race.work.space)
    watch = Watch(lambda _: race.quality(plain.probability(race.texts).reshape(shape)))
    plain = PlainTrainer(race.work, callbacks=(watch,))
    plain.train()
    return _result(watch)


def setfit_pairs(race: Race, python: Path, sentences: int) -> dict[str, Any]:
    """SetFit's contrastive training on some of the sentences: its seconds and pairs."""
    some = race.work.train[:sentences]
    small = Work(some, {}, race.work.codebook, race.work.settings)
    report = setfit.run(small, python=python, iterations=1)[1]
    return {
        "seconds": report["pair_seconds"],
        "pairs": report["pairs"],
        "setfit": report["version"],
    }


def _shape(space: LabelSpace) -> tuple[int, int, int]:
    frames, classes = space.shape
    return -1, frames, classes - 1


def _result(watch: Watch) -> dict[str, Any]:
    return {"seconds": watch.seconds, "progress": watch.epochs}
