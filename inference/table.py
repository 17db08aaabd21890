"""The columns of a scored archive."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from framescope.data.codebook import frame_columns
from framescope.inference.sentences import ArticleSentence
from framescope.models.decisions import Scores
from framescope.models.labels import LabelSpace


def scored_schema(space: LabelSpace) -> pa.Schema:
    """Columns of ``sentences/*.parquet``.

    Stances are null where the frame is absent, all of a frame's columns where it was abstained.
    """
    fields = [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("outlet", pa.string(), nullable=False),
        pa.field("published", pa.date32()),
        pa.field("url", pa.string()),
        pa.field("sentence_index", pa.int32(), nullable=False),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("duplicate_of", pa.string()),
        pa.field("abstained", pa.string()),
        pa.field("discarded", pa.bool_()),
    ]
    for frame in space.frames:
        present, probability, stance, stance_probability = frame_columns(frame)
        fields += [
            pa.field(present, pa.bool_()),
            pa.field(probability, pa.float32()),
            pa.field(stance, pa.string()),
            pa.field(stance_probability, pa.float32()),
        ]
    return pa.schema(fields)


def scored_table(
    sentences: Sequence[ArticleSentence],
    duplicates: Sequence[str | None],
    scores: Scores,
    space: LabelSpace,
) -> pa.Table:
    """The rows of n sentences; ``scores`` are those of the m that were not abstained, in order."""
    columns: dict[str, Any] = {
        "article_id": [s.article.id for s in sentences],
        "outlet": [s.article.outlet for s in sentences],
        "published": [s.article.published for s in sentences],
        "url": [s.article.url or None for s in sentences],
        "sentence_index": [s.index for s in sentences],
        "start": [s.start for s in sentences],
        "end": [s.end for s in sentences],
        "text": [s.text for s in sentences],
        "duplicate_of": list(duplicates),
        "abstained": [s.abstained for s in sentences],
    }
    scored = count()
    # Taking at a null gives a null: rows without scores have nulls in every frame's columns.
    place = pa.array([next(scored) if s.abstained is None else None for s in sentences], pa.int64())
    columns["discarded"] = pa.array(_discarded(scores)).take(place)
    for f, frame in enumerate(space.frames):
        values = [column.take(place) for column in _frame_values(scores, f, space)]
        columns |= dict(zip(frame_columns(frame), values, strict=True))
    return pa.table(columns, schema=scored_schema(space))


def _discarded(scores: Scores) -> Any:
    everyone_in_full = np.zeros(len(scores.present), np.bool_)
    return everyone_in_full if scores.discarded is None else scores.discarded


def _frame_values(scores: Scores, f: int, space: LabelSpace) -> tuple[Any, Any, Any, Any]:
    present = scores.present[:, f]
    told = present if space.has_stances else np.zeros_like(present)
    stance = np.array(space.classes, dtype=object)[scores.stance[:, f]]
    probability = scores.class_probability[:, f].max(axis=1)
    return (
        pa.array(present),
        pa.array(scores.frame_probability[:, f]),
        pa.array(stance, mask=~told, type=pa.string()),
        pa.array(probability, mask=~told),
    )


def as_parquet(table: Any) -> bytes:
    """The table as the content of a Parquet file; equal tables give equal bytes."""
    content = pa.BufferOutputStream()
    pq.write_table(table, content, compression="zstd")
    return bytes(content.getvalue().to_pybytes())
