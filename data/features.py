"""Annotated sentences as a ``datasets.Dataset``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook

if TYPE_CHECKING:
    from datasets import Dataset, Features

_TEXTS = ("id", "text", "document", "outlet", "published", "url", "annotator", "source", "codebook")


def class_names(codebook: Codebook) -> tuple[str, ...]:
    """Classes of every frame: ``absent``, then each stance (``present`` where there are none)."""
    return ("absent", *(codebook.stance_ids or ("present",)))


def sentence_features(codebook: Codebook) -> Features:
    """Features of the contract: texts, a weight, and one ``ClassLabel`` for each frame."""
    from datasets import ClassLabel, Features, Value

    frames = {frame: ClassLabel(names=list(class_names(codebook))) for frame in codebook.frame_ids}
    texts = {name: Value("string") for name in _TEXTS}
    return Features({**texts, "weight": Value("float32"), **frames})


def to_dataset(sentences: Sequence[AnnotatedSentence], codebook: Codebook) -> Dataset:
    """Sentences as a dataset; a frame of a sentence that is not annotated is -1."""
    from datasets import Dataset

    def label(sentence: AnnotatedSentence, frame: str) -> int:
        if sentence.frames is None:
            return -1
        if frame not in sentence.frames:
            return 0
        return class_names(codebook).index(sentence.frames[frame] or "present")

    columns: dict[str, list[object]] = {n: [getattr(s, n) for s in sentences] for n in _TEXTS}
    columns["weight"] = [s.weight for s in sentences]
    columns |= {f: [label(s, f) for s in sentences] for f in codebook.frame_ids}
    return Dataset.from_dict(columns, features=sentence_features(codebook))


def from_dataset(dataset: Dataset, codebook: Codebook) -> list[AnnotatedSentence]:
    """The inverse of ``to_dataset``."""
    names = class_names(codebook)

    def sentence(row: dict[str, object]) -> AnnotatedSentence:
        codes = {frame: int(str(row[frame])) for frame in codebook.frame_ids}
        present = {f: names[c] if codebook.stance_ids else None for f, c in codes.items() if c > 0}
        frames = None if min(codes.values()) < 0 else present
        plain = {k: row[k] for k in (*_TEXTS, "weight") if row[k] is not None}
        return AnnotatedSentence.model_validate({**plain, "frames": frames})

    return [sentence(row) for row in dataset]
