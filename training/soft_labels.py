"""Soft labels: what a larger network, cross-fitted, takes each training sentence to be.

A small network that learns them besides the annotation (distillation: Hinton, Vinyals & Dean 2015)
learns which other readings the larger one sees. They are held-out predictions: a teacher that had
been trained on the sentence would only repeat its annotation (Dao et al. 2021).

The file is Parquet: ``text_hash`` (BLAKE2, 16 hex digits of the text) and for each frame and class
a column ``frame:class`` of probabilities; what made them stands in the schema's metadata.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.models.labels import LabelSpace

_TEXT = "text_hash"
_ABOUT = b"framescope"
#: Half precision adds up to 1 within this.
_ROUNDED = 0.01


@dataclass(frozen=True, slots=True)
class SoftLabels:
    """Class probabilities of texts.

    Attributes:
        place: Row of each text's hash.
        probability: Of each class of each frame, shape (n, F, C), each frame adding up to 1.
        about: What made them: ``encoder``, ``settings``, ``corpus_hash``, ``codebook_hash``.
        hash: SHA-256 of the file.
    """

    place: Mapping[str, int]
    probability: NDArray[np.float32]
    about: Mapping[str, Any]
    hash: str

    def mixed(
        self, texts: Sequence[str], codes: NDArray[np.int64], annotated: float
    ) -> NDArray[np.float32]:
        """What to train on: the annotation, mixed with the soft label of the text if it has one.

        Args:
            texts: n texts.
            codes: Their annotated classes, shape (n, F).
            annotated: Weight of the annotation, 0 to 1; the soft label has the rest.

        Returns:
            Probabilities of shape (n, F, C).
        """
        hard = np.eye(self.probability.shape[2], dtype=np.float32)[codes]
        rows = np.array([self.place.get(text_hash(text), -1) for text in texts])
        soft = self.probability[rows]
        return np.where((rows >= 0)[:, None, None], annotated * hard + (1 - annotated) * soft, hard)

    def known(self, texts: Sequence[str]) -> int:
        """How many of the texts have one."""
        return sum(text_hash(text) in self.place for text in texts)


def text_hash(text: str) -> str:
    """16 hex digits that hang on every character of the text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def write_soft_labels(
    path: Path,
    texts: Sequence[str],
    probability: NDArray[np.float32],
    space: LabelSpace,
    about: Mapping[str, Any],
) -> None:
    """Write those of n texts, shape (n, F, C); ``about`` as in ``SoftLabels``."""
    columns = {_TEXT: pa.array(map(text_hash, texts))}
    for (f, frame), (c, name) in _cells(space):
        columns[f"{frame}:{name}"] = pa.array(probability[:, f, c].astype(np.float16))
    table = pa.table(columns).replace_schema_metadata({_ABOUT: json.dumps(dict(about))})
    pq.write_table(table, path, compression="zstd", compression_level=19)


def read_soft_labels(path: Path, codebook: Codebook) -> SoftLabels:
    """Read what ``write_soft_labels`` wrote.

    Raises:
        InputError: The file cannot be read, was made under another codebook, or holds what are no
            probabilities.
    """
    space = LabelSpace.of(codebook)
    try:
        content = path.read_bytes()
        table = pq.read_table(pa.BufferReader(content))
        about = json.loads((table.schema.metadata or {})[_ABOUT])
        texts = table.column(_TEXT).to_pylist()
        cells = [table.column(f"{frame}:{n}") for (_, frame), (_, n) in _cells(space)]
        found = np.stack([cell.to_numpy().astype(np.float32) for cell in cells], axis=1)
    except (OSError, KeyError, ValueError, TypeError, pa.ArrowInvalid) as error:
        wish = "a file of framescope train --write-soft-labels"
        raise InputError(f"no soft labels: {error}", path=path, expected=wish) from error
    if about.get("codebook_hash") != codebook.hash:
        made = str(about.get("codebook_hash"))[:12]
        raise InputError(f"made under codebook {made}", path=path, expected=codebook.name)
    probability = found.reshape(-1, *space.shape)
    if not _are_probabilities(probability):
        raise InputError("what they hold are no probabilities", path=path)
    place = {text: row for row, text in enumerate(texts)}
    return SoftLabels(place, probability, about, hashlib.sha256(content).hexdigest())


def _are_probabilities(found: NDArray[np.float32]) -> bool:
    total = found.sum(axis=2)
    return bool(len(found) and (found >= 0).all() and (np.abs(total - 1) < _ROUNDED).all())


def _cells(space: LabelSpace) -> list[tuple[tuple[int, str], tuple[int, str]]]:
    """Frame and class, each with its number, in the order of the columns."""
    return [(f, c) for f in enumerate(space.frames) for c in enumerate(space.classes)]
