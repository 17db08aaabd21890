"""The sentences that can be drawn, and how sure the classifier was of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import frame_columns
from framescope.data.errors import InputError
from framescope.inference.comparison.counts import connect
from framescope.inference.manifest import ScoredArchive

Floats = NDArray[np.float64]

#: A flagged sentence from here on is ``sure``; any other below ``_FAINT`` is ``clear``.
_SURE, _FAINT = 0.9, 0.05


@dataclass(frozen=True, slots=True)
class Cells:
    """The population in C cells: outlet, decision, and the frame that it is about.

    Attributes:
        keys: Outlet, decision (sure, flagged, doubtful, clear) and frame ("" where clear).
        frames: The F frames.
        sentences: Sentences in each cell, shape (C,).
        flagged: Of these, how many have each frame, shape (C, F).
        flagged_mass: Sum of P(frame) over those that have it, shape (C, F).
        other_mass: Sum of P(frame) over the others, shape (C, F).
    """

    keys: list[tuple[str, str, str]]
    frames: tuple[str, ...]
    sentences: Floats
    flagged: Floats
    flagged_mass: Floats
    other_mass: Floats


def open_population(
    archives: Sequence[ScoredArchive], excluded: Sequence[AnnotatedSentence]
) -> duckdb.DuckDBPyConnection:
    """A connection with the view ``population``: every scored sentence, copies included.

    Args:
        archives: Scored archives that belong together.
        excluded: Sentences whose documents are left out.

    Raises:
        InputError: Two archives hold an article of the same id, or nothing is left.
    """
    connection = connect(archives)
    _require_unique_ids(connection, archives)
    connection.execute("CREATE TABLE excluded (document VARCHAR)")
    documents = sorted({sentence.group for sentence in excluded})
    if documents:
        connection.execute("INSERT INTO excluded SELECT unnest(?)", [documents])
    connection.execute(_view(archives[0].codebook.frame_ids))
    return connection


def _require_unique_ids(
    connection: duckdb.DuckDBPyConnection, archives: Sequence[ScoredArchive]
) -> None:
    if len(archives) == 1:
        return
    twice = connection.execute(
        "SELECT article_id FROM sentences GROUP BY ALL HAVING count(DISTINCT _archive) > 1 "
        "ORDER BY ALL LIMIT 1"
    ).fetchone()
    if twice:
        problem = f"two archives hold an article {twice[0]!r}: drawn ids would not be unique"
        raise InputError(problem, expected="to draw from each archive by itself")


def _view(frames: Sequence[str]) -> str:
    """A flagged frame outranks any other: its rank is 1 + P(frame)."""
    named = [[f'"{c}"' for c in frame_columns(frame)[:2]] for frame in frames]
    ranks = [f"if({present}, 1 + {p}::DOUBLE, {p}::DOUBLE)" for present, p in named]
    which = " ".join(f"WHEN {r} = rank THEN '{f}'" for r, f in zip(ranks, frames, strict=True))
    return f"""CREATE VIEW population AS
        SELECT *, CASE WHEN rank >= {1 + _SURE} THEN 'sure' WHEN rank >= 1 THEN 'flagged'
                       WHEN rank >= {_FAINT} THEN 'doubtful' ELSE 'clear' END AS decision,
               CASE WHEN rank < {_FAINT} THEN '' {which} END AS about
        FROM (SELECT *, greatest({", ".join(ranks)}) AS rank FROM sentences
              WHERE {named[0][0]} IS NOT NULL) ANTI JOIN excluded ON article_id = document"""  # noqa: S608


def count_cells(connection: duckdb.DuckDBPyConnection, frames: tuple[str, ...]) -> Cells:
    """Count the population once, cell by cell.

    Raises:
        InputError: There is no sentence to draw.
    """
    named = [[f'"{c}"' for c in frame_columns(frame)[:2]] for frame in frames]
    sums = [
        f"count(*) FILTER ({f}), coalesce(sum({p}) FILTER ({f}), 0), "
        f"coalesce(sum({p}) FILTER (NOT {f}), 0)"
        for f, p in named
    ]
    rows = connection.execute(
        f"SELECT outlet, decision, about, count(*), {', '.join(sums)} "  # noqa: S608
        "FROM population GROUP BY outlet, decision, about ORDER BY outlet, decision, about"
    ).fetchall()
    if not rows:
        raise InputError("no sentence is left to draw", expected="a scored one, not excluded")
    table = np.array([row[3:] for row in rows], dtype=np.float64)
    parts = (table[:, 1 + i :: 3] for i in range(3))
    return Cells([row[:3] for row in rows], frames, table[:, 0], *parts)
