"""Counts of sentences by article, read from scored archives with DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from framescope.data.codebook import frame_columns
from framescope.inference.manifest import ScoredArchive
from framescope.models.labels import LabelSpace


@dataclass(frozen=True, slots=True)
class Cell:
    """What is counted: a frame, or a frame with one stance."""

    frame: str
    stance: str | None = None


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Articles of one outlet (in one month), alike ones folded into one row.

    Attributes:
        outlet: The outlet.
        month: First day of the month as ISO text; None for all of the outlet's articles.
        articles: How many articles each of the P rows stands for, shape (P,).
        sentences: Scored sentences in each of them, at least one, shape (P,).
        hits: Sentences in each cell, shape (P, cells).
    """

    outlet: str
    month: str | None
    articles: NDArray[np.int64]
    sentences: NDArray[np.int64]
    hits: NDArray[np.int64]


def cells_of(space: LabelSpace) -> list[Cell]:
    """Every frame, each followed by its stances."""
    stances: tuple[str | None, ...] = (None, *(space.classes[1:] if space.has_stances else ()))
    return [Cell(frame, stance) for frame in space.frames for stance in stances]


def connect(archives: Sequence[ScoredArchive]) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with the view ``sentences`` over the archives' Parquet files."""
    connection = duckdb.connect()
    # Article ids are unique within an archive only: its number keeps those of several apart.
    parts = [
        f"SELECT *, {i} AS _archive FROM read_parquet({_texts(archive.files)})"  # noqa: S608
        for i, archive in enumerate(archives)
    ]
    connection.execute(f"CREATE VIEW sentences AS {' UNION ALL '.join(parts)}")
    return connection


def quoted(name: str) -> str:
    """A name as an identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _texts(values: Sequence[str]) -> str:
    """A list of texts in SQL."""
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def month_sql() -> str:
    """The first day of the month of publication as text, in SQL."""
    return "strftime(date_trunc('month', published), '%Y-%m-%d')"


def cell_sums(cells: Sequence[Cell]) -> list[str]:
    """The number of sentences in each cell, in SQL; ids come from a validated codebook."""
    return [_cell_sql(cell) for cell in cells]


def _cell_sql(cell: Cell) -> str:
    present, _, stance, _ = (quoted(c) for c in frame_columns(cell.frame))
    if cell.stance is None:
        return f"sum({present}::int)"
    return f"sum(({present} and {stance} = '{cell.stance}')::int)"


@dataclass(frozen=True, slots=True)
class Abstention:
    """Sentences of one outlet that were not scored, for one reason; they are in no count."""

    outlet: str
    reason: str
    sentences: int


def count_abstained(connection: duckdb.DuckDBPyConnection) -> list[Abstention]:
    """How many sentences of each outlet were abstained from, by reason."""
    rows = connection.execute(
        "SELECT outlet, abstained, count(*) FROM sentences WHERE abstained IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [Abstention(*row) for row in rows]


def count_groups(
    connection: duckdb.DuckDBPyConnection,
    cells: Sequence[Cell],
    *,
    by_month: bool,
    source: str = "sentences",
) -> Iterator[GroupCounts]:
    """Counts for every outlet, or for every outlet and month (articles without a date left out).

    Args:
        connection: With the view ``sentences``.
        cells: What to count; frame and stance ids come from a validated codebook.
        by_month: Cut by month of publication.
        source: The view to count in, with the columns of ``sentences``.
    """
    month = month_sql() if by_month else "NULL"
    dated = "WHERE published IS NOT NULL" if by_month else ""
    hits = ", ".join(f"{total} AS c{i}" for i, total in enumerate(cell_sums(cells)))
    names = ", ".join(f"c{i}" for i in range(len(cells)))
    # A sentence that was abstained from has nulls there: it counts neither as hit nor as miss.
    scored = quoted(cells[0].frame)
    # Articles with equal counts are exchangeable in a bootstrap: folding them is exact.
    query = f"""
        SELECT outlet, month, count(*) AS articles, n, {names}
        FROM (SELECT outlet, {month} AS month, _archive, article_id, count({scored}) AS n, {hits}
              FROM {quoted(source)} {dated} GROUP BY ALL HAVING n > 0)
        GROUP BY ALL ORDER BY ALL
    """  # noqa: S608  (identifiers are validated by the codebook)
    rows = connection.execute(query).fetchall()
    start = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or rows[end][:2] != rows[start][:2]:
            table = np.array([row[2:] for row in rows[start:end]], dtype=np.int64)
            outlet, day = rows[start][:2]
            yield GroupCounts(outlet, day, table[:, 0], table[:, 1], table[:, 2:])
            start = end
