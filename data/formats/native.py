"""The native format: annotated sentences as JSONL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from framescope.data.annotations import AnnotatedSentence, parse_annotation
from framescope.data.articles.article import Reject
from framescope.data.codebook import Codebook
from framescope.data.formats.rows import json_lines, write_lines


def read_native(path: Path, codebook: Codebook) -> Iterator[AnnotatedSentence | Reject]:
    """Read one sentence a line."""
    for row in json_lines(path):
        if isinstance(row, Reject):
            yield row
            continue
        try:
            yield parse_annotation(row.record, codebook)
        except ValueError as error:
            yield row.reject(str(error))


def write_native(path: Path, sentences: Sequence[AnnotatedSentence], _codebook: Codebook) -> None:
    """Write one sentence a line, leaving out optional fields that are not set."""
    write_lines(path, (s.model_dump(exclude_unset=True) for s in sentences))
