"""Parts of the shipped corpus that share no document and no sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from framescope.data.annotations import AnnotatedSentence, annotated_only, read_annotations
from framescope.data.codebook import load_codebook
from framescope.data.corpus_files import SHIPPED_CORPUS


def corpus_parts(*sizes: int, seed: int = 0) -> list[list[AnnotatedSentence]]:
    """Parts of at least so many sentences each, by whole documents in random order."""
    by_document: dict[str, list[AnnotatedSentence]] = {}
    for sentence in annotated_only(read_annotations([SHIPPED_CORPUS], load_codebook())):
        by_document.setdefault(sentence.group, []).append(sentence)
    documents = sorted(by_document)
    np.random.default_rng(seed).shuffle(documents)
    left = iter(documents)
    return [_fill(size, by_document, left) for size in sizes]


def _fill(
    size: int, by_document: dict[str, list[AnnotatedSentence]], left: Iterator[str]
) -> list[AnnotatedSentence]:
    part: list[AnnotatedSentence] = []
    for document in left:
        part += by_document[document]
        if len(part) >= size:
            break
    return part
