"""Soft labels: what a larger network, cross-fitted, takes each training sentence to be.

A small network that learns them besides the annotation (distillation: Hinton, Vinyals & Dean 2015)
learns which other readings the larger one sees. They are held-out predictions: a teacher that had
been trained on the sentence would only repeat its annotation (Dao et al. 2021).

The file is Parquet: ``text_hash`` (BLAKE2, 16 hex digits of the text), ``fingerprint`` (of its
words, null for short texts: it tells what the teacher was trained on) and for each frame and class
a column ``frame:class`` of probabilities; what made them stands in the schema's metadata.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.fingerprints import Fingerprints, fingerprint
from framescope.models.labels import LabelSpace

_TEXT, _FINGERPRINT = "text_hash", "fingerprint"
_ABOUT = b"framescope"
#: Half precision adds up to 1 within this.
_ROUNDED = 0.01
#: More sentences nobody annotates; a small file may claim more.
_MOST_ROWS = 5_000_000


@dataclass(frozen=True, slots=True)
class SoftLabels:
    """Class probabilities of texts.

    Attributes:
        place: Row of each text's hash.
        probability: Of each class of each frame, shape (n, F, C), each frame adding up to 1.
        trained_on: Fingerprints of what the teacher was trained on.
        about: What made them: ``encoder``, ``settings``, ``corpus_hash``, ``codebook_hash``.
        hash: SHA-256 of the file.
    """

    place: Mapping[str, int]
    probability: NDArray[np.float32]
    trained_on: Fingerprints
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
    """Write those of n texts, shape (n, F, C), whole or not at all; ``about`` as in ``SoftLabels``.

    A text that stands twice is left out: a copy in another document may have trained the teacher.
    """
    hashes = list(map(text_hash, texts))
    counts = Counter(hashes)
    rows = [row for row, found in enumerate(hashes) if counts[found] == 1]
    columns = {
        _TEXT: pa.array([hashes[row] for row in rows], pa.string()),
        _FINGERPRINT: pa.array([fingerprint(texts[row]) for row in rows], pa.string()),
    }
    for (f, frame), (c, name) in _cells(space):
        columns[f"{frame}:{name}"] = pa.array(probability[rows, f, c].astype(np.float16))
    table = pa.table(columns).replace_schema_metadata({_ABOUT: json.dumps(dict(about))})
    working = path.with_name(f".{path.name}.{os.getpid()}.partial")
    pq.write_table(table, working, compression="zstd", compression_level=19)
    working.replace(path)


def read_soft_labels(path: Path, codebook: Codebook) -> SoftLabels:
    """Read what ``write_soft_labels`` wrote.

    Raises:
        InputError: The file cannot be read, was made under another codebook, or holds what are no
            probabilities.
    """
    space = LabelSpace.of(codebook)
    try:
        content = path.read_bytes()
        about, table = _read(content, space)
        texts = _column(table, _TEXT, pa.string()).to_pylist()
        known = frozenset(_column(table, _FINGERPRINT, pa.string()).drop_null().to_pylist())
        cells = [_column(table, f"{f}:{c}", pa.float16()) for (_, f), (_, c) in _cells(space)]
        found = np.stack([cell.to_numpy().astype(np.float32) for cell in cells], axis=1)
    except (OSError, KeyError, ValueError, TypeError, RecursionError, pa.ArrowException) as error:
        wish = "a file of framescope train --write-soft-labels"
        raise InputError(f"no soft labels: {error}", path=path, expected=wish) from error
    if about.get("codebook_hash") != codebook.hash:
        made = str(about.get("codebook_hash"))[:12]
        raise InputError(f"made under codebook {made}", path=path, expected=codebook.name)
    probability = found.reshape(-1, *space.shape)
    place = {text: row for row, text in enumerate(texts)}
    if not _are_probabilities(probability) or None in place or len(place) < len(texts):
        raise InputError("what they hold are no probabilities of single texts", path=path)
    return SoftLabels(place, probability, known, about, hashlib.sha256(content).hexdigest())


def _read(content: bytes, space: LabelSpace) -> tuple[dict[str, Any], pa.Table]:
    """What made the labels, and the columns that are wanted."""
    file = pq.ParquetFile(BytesIO(content))
    if file.metadata.num_rows > _MOST_ROWS:
        raise ValueError(f"{file.metadata.num_rows} rows")
    about = json.loads((file.schema_arrow.metadata or {})[_ABOUT])
    if not isinstance(about, dict) or not isinstance(about.get("encoder"), str):
        raise TypeError("it does not tell what made it")
    names = [_TEXT, _FINGERPRINT, *(f"{f}:{c}" for (_, f), (_, c) in _cells(space))]
    return about, file.read(columns=names)


def _column(table: pa.Table, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    column = table.column(name)
    if column.type != kind:
        raise TypeError(f"column {name} is of type {column.type}")
    return column


def _are_probabilities(found: NDArray[np.float32]) -> bool:
    total = found.sum(axis=2)
    return bool(len(found) and (found >= 0).all() and (np.abs(total - 1) < _ROUNDED).all())


def _cells(space: LabelSpace) -> list[tuple[tuple[int, str], tuple[int, str]]]:
    """Frame and class, each with its number, in the order of the columns."""
    return [(f, c) for f in enumerate(space.frames) for c in enumerate(space.classes)]
