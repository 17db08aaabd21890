"""The sentences behind the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

import duckdb

from framescope.data.codebook import frame_columns
from framescope.data.voice.detect import Voice
from framescope.inference.explain import WordWeight, explain
from framescope.models.classifier import FrameClassifier
from framescope.models.labels import LabelSpace


@dataclass(frozen=True, slots=True)
class Mention:
    """A frame found in a sentence; ``words`` is None where it was not explained."""

    frame: str
    stance: str | None
    probability: float
    words: list[WordWeight] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence with at least one frame; ``archive`` is the number of its scored archive.

    ``voice`` is whose words it is in, None where voices were not told.
    """

    outlet: str
    published: str | None
    url: str | None
    article_id: str
    sentence_index: int
    text: str
    mentions: list[Mention] = field(default_factory=list)
    archive: int = 0
    voice: Voice | None = None


def find_evidence(
    connection: duckdb.DuckDBPyConnection, space: LabelSpace, *, limit: int
) -> tuple[list[Evidence], int]:
    """Sentences with a frame, in archive order, and how many there are in all.

    Where there are more than ``limit``, an even sample is taken, the same each time.
    """
    columns = [[f'"{c}"' for c in frame_columns(frame)] for frame in space.frames]
    some = " OR ".join(names[0] for names in columns)
    wanted = ", ".join(c for names in columns for c in names[:3])
    found = connection.execute(f"SELECT count(*) FROM sentences WHERE {some}").fetchone()  # noqa: S608
    total = int(found[0]) if found else 0
    rows = connection.execute(
        f"""
        SELECT * EXCLUDE (_pick) FROM (
            SELECT _archive, outlet, published::varchar AS published, url, article_id,
                   sentence_index, text, {wanted},
                   row_number() OVER (
                       ORDER BY hash(article_id, sentence_index, outlet, _archive)) AS _pick
            FROM sentences WHERE {some})
        WHERE _pick <= ? ORDER BY outlet, published, article_id, sentence_index
        """,  # noqa: S608  (identifiers are validated by the codebook)
        [limit],
    ).fetchall()
    return [_evidence(row, space.frames) for row in rows], total


def explain_evidence(
    classifier: FrameClassifier, evidence: Sequence[Evidence], *, limit: int
) -> list[Evidence]:
    """The same sentences, with the weights of the words of at most ``limit`` of them.

    Every second, third … is taken where there are more: each outlet and time has its part.
    """
    chosen = range(0, len(evidence), max(1, ceil(len(evidence) / limit)))
    frames = [[mention.frame for mention in evidence[i].mentions] for i in chosen]
    explanations = explain(classifier, [evidence[i].text for i in chosen], frames)
    explained = list(evidence)
    for i, words in zip(chosen, explanations, strict=True):
        mentions = [replace(m, words=words[m.frame]) for m in evidence[i].mentions]
        explained[i] = replace(evidence[i], mentions=mentions)
    return explained


def _evidence(row: tuple[Any, ...], frames: Sequence[str]) -> Evidence:
    archive, outlet, published, url, article_id, index, text, *values = row
    mentions = _mentions(values, frames)
    return Evidence(outlet, published, url, article_id, index, text, mentions, archive)


def _mentions(values: Sequence[object], frames: Sequence[str]) -> list[Mention]:
    triples = [values[i : i + 3] for i in range(0, len(values), 3)]
    return [
        Mention(frame, None if stance is None else str(stance), float(str(probability)))
        for frame, (present, probability, stance) in zip(frames, triples, strict=True)
        if present
    ]
