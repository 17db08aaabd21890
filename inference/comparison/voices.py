"""Frames by whose words they are in: the outlet's own, quoted, attributed.

The voice is worked out here, of sentences with a frame, and not when an archive is scored: it
does not depend on the bundle, so that archives scored before have it too, and better rules need
no second scoring.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa

from framescope.data.codebook import frame_columns
from framescope.data.voice.detect import VOICES, Voice, voices
from framescope.inference.comparison.counts import Cell, cells_of, count_groups
from framescope.inference.comparison.evidence import Evidence
from framescope.inference.comparison.prevalence import Estimate, Prevalence, estimate_group
from framescope.models.labels import LabelSpace

#: Of the table of verbs; archives in other languages have no voices.
VOICE_LANGUAGE = "en"
_ROWS = 10_000
_KEYS = ("_archive", "article_id", "sentence_index")
_SCHEMA = pa.schema(
    [("_archive", pa.int32()), ("article_id", pa.string()), ("sentence_index", pa.int32()),
     ("voice", pa.string())]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VoicePrevalence:
    """How often an outlet uses a frame in one voice.

    Attributes:
        outlet: The outlet.
        frame: The frame.
        voice: own, quoted or attributed.
        stance: The stance, or None for any.
        count: Sentences.
        of_sentences: Share of the outlet's sentences.
        of_frame: Without a stance, share of the frame's sentences that are in this voice; with one,
            share of the frame's sentences in this voice that take it. None where there are none.
    """

    outlet: str
    frame: str
    voice: Voice
    stance: str | None
    count: int
    of_sentences: Estimate
    of_frame: Estimate | None


def add_voices(connection: duckdb.DuckDBPyConnection, space: LabelSpace) -> None:
    """Make the table ``voices``: the voice of each sentence with a frame.

    Args:
        connection: With the view ``sentences``.
        space: Frames of the archives.
    """
    some = " OR ".join(f'"{frame}"' for frame in space.frames)
    keys = ", ".join(_KEYS)
    query = f"""
        SELECT {keys}, text, coalesce({some}, false) FROM sentences
        WHERE (_archive, article_id) IN (SELECT (_archive, article_id) FROM sentences WHERE {some})
        ORDER BY {keys}
    """  # noqa: S608  (identifiers are validated by the codebook)
    rows = pa.Table.from_pylist(list(_voices(connection, query)), schema=_SCHEMA)
    connection.register("_voices", rows)
    connection.execute("CREATE TEMP TABLE voices AS SELECT * FROM _voices")
    connection.unregister("_voices")


def with_voices(
    connection: duckdb.DuckDBPyConnection, evidence: Sequence[Evidence]
) -> list[Evidence]:
    """The same sentences with their voice, from the table ``voices``."""
    rows = connection.execute(f"SELECT {', '.join(_KEYS)}, voice FROM voices").fetchall()  # noqa: S608
    told = {row[:3]: row[3] for row in rows}
    keys = [(e.archive, e.article_id, e.sentence_index) for e in evidence]
    return [replace(e, voice=told.get(key)) for e, key in zip(evidence, keys, strict=True)]


def _voices(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, object]]:
    for key, group in groupby(_rows(connection, query), key=lambda row: row[:2]):
        rows = list(group)
        framed = [place for place, row in enumerate(rows) if row[-1]]
        for place, spoken in zip(framed, voices([row[3] for row in rows], framed), strict=True):
            values = (*key, rows[place][2], spoken.voice)
            yield dict(zip(_SCHEMA.names, values, strict=True))


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.execute(query)
    while rows := cursor.fetchmany(_ROWS):
        yield from rows


def count_voices(
    connection: duckdb.DuckDBPyConnection, space: LabelSpace, source: str
) -> list[VoicePrevalence]:
    """Prevalence of each frame in each voice, and of its stances within the voice, by outlet.

    Args:
        connection: With the table ``voices``.
        space: Frames and stances of the archives.
        source: The view to count in.
    """
    found = list(_by_voice(connection, space, source))
    if space.has_stances:
        for voice in VOICES:
            found += _stances(connection, space, source, voice)
    return sorted(found, key=lambda v: (v.outlet, space.frames.index(v.frame)))


def _by_voice(
    connection: duckdb.DuckDBPyConnection, space: LabelSpace, source: str
) -> Iterator[VoicePrevalence]:
    """The voice takes the stance's place: its share of the frame is counted like a stance's."""
    _view(connection, source, {frame_columns(f)[2]: "voice" for f in space.frames})
    cells = [Cell(frame, voice) for frame in space.frames for voice in (None, *VOICES)]
    for p in _prevalences(connection, cells):
        for voice in VOICES:
            if p.stance == voice:
                yield VoicePrevalence(
                    p.outlet, p.frame, voice, None, p.count, p.of_sentences, p.of_frame
                )


def _stances(
    connection: duckdb.DuckDBPyConnection, space: LabelSpace, source: str, voice: Voice
) -> Iterator[VoicePrevalence]:
    spoken = f"coalesce(voice = '{voice}', false)"
    present = {f: f'CASE WHEN "{f}" IS NOT NULL THEN "{f}" AND {spoken} END' for f in space.frames}
    _view(connection, source, present)
    for p in _prevalences(connection, cells_of(space)):
        if p.stance is not None:
            yield VoicePrevalence(
                p.outlet, p.frame, voice, p.stance, p.count, p.of_sentences, p.of_frame
            )


def _view(connection: duckdb.DuckDBPyConnection, source: str, columns: dict[str, str]) -> None:
    """Make the view ``_voiced``: ``source`` with some columns worked out from the voice."""
    replaced = ", ".join(f'{sql} AS "{column}"' for column, sql in columns.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW _voiced AS SELECT * EXCLUDE (voice) REPLACE ({replaced}) "  # noqa: S608
        f'FROM "{source}" LEFT JOIN voices USING ({", ".join(_KEYS)})'
    )


def _prevalences(
    connection: duckdb.DuckDBPyConnection, cells: Sequence[Cell]
) -> Iterator[Prevalence]:
    for group in count_groups(connection, cells, by_month=False, source="_voiced"):
        yield from estimate_group(group, cells)
