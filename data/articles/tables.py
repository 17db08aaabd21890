"""Text records with named columns: JSONL, CSV and TSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from framescope.data.articles.article import Article, Reject
from framescope.data.articles.columns import (
    Columns,
    choose_columns,
    excerpt,
    names_within,
    to_article,
)
from framescope.data.articles.rows import LONGEST_RECORD, RecordLines, article_lines
from framescope.data.errors import InputError

Mapped = Mapping[str, tuple[str, ...]]


def read_jsonl(path: Path, name: str, mapping: Mapped) -> Iterator[Article | Reject]:
    """One article a line; every record names its own columns."""
    # A record may lack a column that others have.
    absent = tuple(column for columns in mapping.values() for column in columns)
    choose = lru_cache(lambda names: choose_columns(names + absent, mapping))
    for row, (line, fault) in enumerate(article_lines(path), start=1):
        place = f"{name}:{row}"
        if fault:
            yield Reject(excerpt(line.strip()), place, fault)
        elif line.strip():
            try:
                record = _json_object(line)
                found = to_article(record, choose(names_within(record)), place)
            except (ValueError, RecursionError, InputError) as error:
                found = Reject(excerpt(line.strip()), place, " ".join(str(error).split()))
            yield found


def _json_object(line: str) -> dict[str, Any]:
    record = json.loads(line, object_pairs_hook=_unique)
    if not isinstance(record, dict):
        raise ValueError("the line is not a JSON object")  # noqa: TRY004  (a fault of the data)
    return record


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all there: of two with one name, one would be lost."""
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{max(names, key=names.count)!r} stands twice in one object")
    return record


def read_csv(path: Path, name: str, mapping: Mapped) -> Iterator[Article | Reject]:
    """One article a row, with a header; the delimiter is told from the header line."""
    csv.field_size_limit(LONGEST_RECORD)
    lines = RecordLines(article_lines(path))
    header = next(lines, "")
    if lines.fault:
        raise InputError(lines.fault, path=path, row=1)
    delimiter = max("\t;,", key=header.count)
    try:
        names = next(csv.reader([header], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise InputError(f"broken header: {error}", path=path, row=1) from error
    columns = choose_in(path, names, mapping)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    for row in count(2):
        place = f"{name}:{row}"
        lines.start_record()
        try:
            values = next(rows, None)
        except csv.Error as error:
            yield _broken_quotes(lines, place, error)
            continue
        if values is None:
            return
        if lines.fault:
            yield Reject(excerpt(values), place, lines.fault)
        elif values:
            yield _csv_record(names, values, columns, place)


def _broken_quotes(lines: RecordLines, place: str, error: csv.Error) -> Reject:
    """Reject a record; if its quotation mark never closes, only the line where it opens."""
    record = excerpt(lines.taken[0].text.strip())
    first = lines.number - len(lines.taken) + 1
    if lines.unclosed:
        lines.give_again()
        return Reject(record, place, f"a quotation mark in line {first} is never closed")
    where = f"lines {first} to {lines.number}"
    return Reject(record, place, f"broken quotes in {where}: {error}")


def _csv_record(
    names: list[str], values: list[str], columns: Columns, place: str
) -> Article | Reject:
    if len(values) != len(names):
        reason = f"{len(values)} fields where the header has {len(names)}"
        return Reject(excerpt(values), place, reason)
    return to_article(dict(zip(names, values, strict=True)), columns, place)


def choose_in(path: Path, names: list[str], mapping: Mapped) -> Columns:
    """The columns of a table in which every row has the same.

    Raises:
        InputError: As ``choose_columns``, or two columns that are needed have one name.
    """
    try:
        columns = choose_columns(names, mapping)
    except InputError as error:
        raise InputError(error.problem, path=path, expected=error.expected) from error
    for column in needed(columns):
        if names.count(column) > 1:
            raise InputError(f"two columns are named {column!r}", path=path)
    return columns


def needed(columns: Columns) -> list[str]:
    """Names of all columns that fill a field."""
    return sorted({name for alternatives in columns.values() for n in alternatives for name in n})
