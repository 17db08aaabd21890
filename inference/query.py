"""One read-only SQL query on scored archives."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import duckdb
from rich.table import Table
from rich.text import Text

from framescope.data.console import printable
from framescope.data.errors import InputError
from framescope.inference.comparison.counts import connect
from framescope.inference.manifest import ScoredArchive

_BATCH = 10_000
#: What a query must not do, whatever it says: reach other files, the network or Python's variables.
_LOCKS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


@dataclass(frozen=True, slots=True)
class Result:
    """The columns of a query's result, and its rows as they come."""

    columns: list[str]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def run_query(archives: Sequence[ScoredArchive], sql: str) -> Iterator[Result]:
    """Run one SELECT on the view ``sentences``: all rows of the archives' Parquet files.

    The column ``_archive`` tells those of several archives apart, from 0 on.

    Raises:
        InputError: The query is not one SELECT, is wrong, or reaches beyond the archives.
    """
    with connect(archives) as connection:
        files = ["'" + file.replace("'", "''") + "'" for a in archives for file in a.files]
        connection.execute(f"SET allowed_paths = [{', '.join(files)}]")
        for lock in _LOCKS:
            connection.execute(lock)
        try:
            _require_one_select(sql)
            cursor = connection.execute(sql)
            columns = [column[0] for column in cursor.description or ()]
            yield Result(columns, _rows(cursor))
        except duckdb.Error as error:
            raise InputError(f"--sql: {_first_line(error)}") from error


def _require_one_select(sql: str) -> None:
    statements = duckdb.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        found = ", ".join(s.type.name for s in statements) or "nothing"
        raise InputError(f"--sql: found {found}", expected="one SELECT on the view sentences")


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := cursor.fetchmany(_BATCH):
        yield from batch


def _first_line(error: duckdb.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # The second line may hold a suggestion; the others point into the query.
    return " ".join(line for line in lines[:2] if not line.startswith("LINE "))


def result_table(result: Result) -> Table:
    """The result as a table for the terminal; text from the archive steers nothing there."""
    table = Table()
    for name in result.columns:
        table.add_column(Text(printable(name)))
    for row in result.rows:
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    return table


def write_csv(result: Result, output: IO[str] = sys.stdout) -> None:
    """The result as CSV with a header; a null is an empty cell."""
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(result.rows)


def as_json(result: Result) -> dict[str, Any]:
    """Columns and rows; what JSON has no form for (dates, decimals) as text."""
    return {"columns": result.columns, "rows": [[_plain(c) for c in row] for row in result.rows]}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    is_plain = value is None or isinstance(value, bool | int | str)
    finite = isinstance(value, float) and value - value == 0
    return value if is_plain or finite else str(value)
