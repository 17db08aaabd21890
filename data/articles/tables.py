"""Records with named columns: JSONL, CSV and TSV, Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from framescope.data.articles.article import Article, Reject
from framescope.data.articles.columns import choose_columns, excerpt, to_article
from framescope.data.errors import InputError
from framescope.data.lines import all_lines, decoded_lines
from framescope.data.meter import meter

Columns = Mapping[str, tuple[str, ...]]
_BATCH_ROWS = 1024
_LONGEST_FIELD = 64 * 1024 * 1024


def read_jsonl(path: Path, name: str, mapping: Columns) -> Iterator[Article | Reject]:
    """One article a line; every record names its own columns."""
    absent = dict.fromkeys(column for columns in mapping.values() for column in columns)
    for row, line in decoded_lines(path):
        place = f"{name}:{row}"
        try:
            record = _json_object(line)
            # A record may lack a column that others have.
            columns = choose_columns({**absent, **record}, mapping)
        except (ValueError, RecursionError, InputError) as error:
            yield Reject(excerpt(line), place, " ".join(str(error).split()) or "not JSON")
            continue
        yield to_article(record, columns, place)


def _json_object(line: str) -> dict[str, Any]:
    record = json.loads(line)
    if not isinstance(record, dict):
        raise ValueError("the line is not a JSON object")  # noqa: TRY004  (a fault of the data)
    return record


def read_csv(path: Path, name: str, mapping: Columns) -> Iterator[Article | Reject]:
    """One article a row, with a header; the delimiter is told from the header line."""
    csv.field_size_limit(_LONGEST_FIELD)
    lines = all_lines(path)
    header = next(lines, "")
    delimiter = max("\t;,", key=header.count)
    try:
        names = next(csv.reader([header], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise InputError(f"broken header: {error}", path=path, row=1) from error
    columns = _choose(names, mapping, path)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    for row in count(2):
        first = rows.line_num + 2
        try:
            values = next(rows, None)
        except csv.Error as error:
            where = f"lines {first} to {rows.line_num + 1}"
            yield Reject(where, f"{name}:{row}", f"broken quotes in {where}: {error}")
            continue
        if values is None:
            return
        if values:
            yield _csv_record(names, values, columns, f"{name}:{row}")


def _csv_record(
    names: list[str], values: list[str], columns: Columns, place: str
) -> Article | Reject:
    if len(values) != len(names):
        reason = f"{len(values)} fields where the header has {len(names)}"
        return Reject(excerpt(values), place, reason)
    return to_article(dict(zip(names, values, strict=True)), columns, place)


def read_parquet(path: Path, name: str, mapping: Columns) -> Iterator[Article | Reject]:
    """One article a row; only the columns that are needed are read, a batch at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = 0
    try:
        with pq.ParquetFile(path) as table:
            columns = _choose(table.schema_arrow.names, mapping, path)
            needed = sorted({n for names in columns.values() for n in names})
            for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=needed):
                for record in _rows(batch):
                    row += 1
                    yield to_article(record, columns, f"{name}:{row}")
                meter.bytes += path.stat().st_size * len(batch) // table.metadata.num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as error:
        problem = f"cannot read it as Parquet: {error}"
        raise InputError(problem, path=path, row=row + 1 if row else None) from error


def _choose(names: list[str], mapping: Columns, path: Path) -> Columns:
    try:
        return choose_columns(names, mapping)
    except InputError as error:
        raise InputError(error.problem, path=path, expected=error.expected) from error


def _rows(batch: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = batch.to_pylist()
    return rows
