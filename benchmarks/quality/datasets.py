"""The data sets of the study, cut into training and test sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from framescope.data.annotations import AnnotatedSentence, annotated_only, read_annotations
from framescope.data.codebook import Codebook, load_codebook
from framescope.data.console import tell
from framescope.data.corpus_files import SHIPPED_CORPUS
from framescope.data.provenance import corpus_hash
from framescope.data.splits import document_folds

HERE = Path(__file__).resolve().parents[1]
#: Real texts beside the checkout; they are not part of the repository.
SHARED = HERE.parents[1] / "shared"

_FOLDS = 5
_SPLIT_SEED = 0


@dataclass(frozen=True, slots=True)
class Split:
    """One training set and the test sets that go with it, under a seed of training.

    Attributes:
        share: Share of the data set's training documents that is used (0 to 1).
        corpus_hash: Hash of all sentences of the data set, those of training and of all tests:
            the same for all its splits, so that splits of one corpus can be told to be.
    """

    dataset: str
    name: str
    seed: int
    share: float
    corpus_hash: str
    codebook: Codebook
    train: list[AnnotatedSentence]
    tests: Mapping[str, list[AnnotatedSentence]]

    def cut(self, size: int) -> Split:
        """The same with at most ``size`` sentences of each part, drawn at random."""
        tests = {name: _draw(test, size) for name, test in self.tests.items()}
        return replace(self, train=_draw(self.train, size), tests=tests)


def corpus(shared: Path, *, seeds: int, share: float) -> Iterator[Split]:
    """The shipped corpus by document, fold number = seed; tested on real sentences as well.

    Args:
        shared: Folder of the real sentences; without it the corpus is the only test.
        seeds: Number of seeds, at most 5.
        share: Share of the training documents that is used (0 to 1).
    """
    codebook = load_codebook()
    sentences = annotated_only(read_annotations([SHIPPED_CORPUS], codebook))
    gold = {
        name: read_annotations([path], codebook)
        for name in ("headlines", "articles")
        if (path := shared / "real" / f"gold_{name}_dev.jsonl").exists()
    }
    own = corpus_hash(chain(sentences, *gold.values()))
    folds = document_folds(sentences, folds=_FOLDS, seed=_SPLIT_SEED)
    for seed, (rest, fold) in enumerate(folds[:seeds]):
        train = some_documents([sentences[i] for i in rest], share, seed)
        tests = {"held_out": [sentences[i] for i in fold], **gold}
        yield Split("corpus", f"fold{seed}", seed, share, own, codebook, train, tests)


def gvfc(shared: Path, *, seeds: int, share: float) -> Iterator[Split]:  # noqa: ARG001
    """Gun Violence Frame Corpus, the official folds, all of each."""
    codebook = load_codebook(HERE / "gvfc.yaml")
    folds = {
        folder.name: [_read(folder / f"{part}.jsonl", codebook) for part in ("train", "test")]
        for folder in sorted((shared / "benchmarks" / "gvfc").glob("fold*"))
    }
    own = corpus_hash(s for parts in folds.values() for part in parts for s in part)
    for name, (train, test) in folds.items():
        for seed in range(seeds):
            yield Split("gvfc", name, seed, 1, own, codebook, train, {"test": test})


def multiclimate(shared: Path, *, seeds: int, share: float) -> Iterator[Split]:  # noqa: ARG001
    """MultiClimate, the official split, all of it.

    The official development set is given as a test set of its own: settings are picked on it,
    nothing is trained on it.
    """
    folder = shared / "benchmarks" / "multiclimate"
    if not folder.is_dir():
        return
    codebook = load_codebook(HERE / "multiclimate.yaml")
    train, dev, test = (
        _read(folder / f"{part}.jsonl", codebook) for part in ("train", "dev", "test")
    )
    own, tests = corpus_hash(chain(train, dev, test)), {"test": test, "dev": dev}
    for seed in range(seeds):
        yield Split("multiclimate", "official", seed, 1, own, codebook, train, tests)


DATASETS: dict[str, Callable[..., Iterator[Split]]] = {
    "corpus": corpus,
    "gvfc": gvfc,
    "multiclimate": multiclimate,
}


def splits(names: Sequence[str], shared: Path, *, seeds: int, share: float) -> Iterator[Split]:
    """All splits of some data sets; those whose files are missing are skipped, saying so."""
    for name in names:
        found = list(DATASETS[name](shared, seeds=seeds, share=share))
        if not found:
            tell(f"{name}: nothing in {shared / 'benchmarks' / name}, skipped")
        yield from found


def _read(path: Path, codebook: Codebook) -> list[AnnotatedSentence]:
    return annotated_only(read_annotations([path], codebook))


def some_documents(
    sentences: Sequence[AnnotatedSentence], share: float, seed: int
) -> list[AnnotatedSentence]:
    """The sentences of a share (0 to 1) of the documents, drawn at random."""
    documents = sorted({s.group for s in sentences})
    size = max(1, round(share * len(documents)))
    chosen = set(np.random.default_rng(seed).permutation(documents)[:size].tolist())
    return [s for s in sentences if s.group in chosen]


def _draw(sentences: Sequence[AnnotatedSentence], size: int) -> list[AnnotatedSentence]:
    order = np.random.default_rng(0).permutation(len(sentences))[:size]
    return [sentences[i] for i in sorted(order)]
