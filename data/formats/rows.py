"""Records of a file with their places, and the shapes that a reader expects in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framescope.data.articles.article import Reject
from framescope.data.articles.columns import excerpt
from framescope.data.errors import InputError
from framescope.data.lines import all_lines, decoded_lines
from framescope.data.output import write_text


@dataclass(frozen=True, slots=True)
class Row:
    """One record and where it is: ``file:row``, rows counted from 1."""

    record: dict[str, Any]
    place: str

    def reject(self, reason: str) -> Reject:
        """The record as one that was not taken."""
        return Reject(excerpt(self.record), self.place, " ".join(reason.split()))


def _row(record: Any, place: str) -> Row | Reject:
    if not isinstance(record, dict):
        return Reject(excerpt(record), place, "not a JSON object")
    return Row(record, place)


def _reason(error: Exception) -> str:
    return f"not JSON: {error.msg if isinstance(error, json.JSONDecodeError) else error}"


def json_lines(path: Path) -> Iterator[Row | Reject]:
    """One record a line; a line that is not a JSON object is a reject.

    Raises:
        InputError: The file cannot be read or is not UTF-8.
    """
    for number, line in decoded_lines(path):
        place = f"{path.name}:{number}"
        try:
            yield _row(json.loads(line), place)
        except (ValueError, RecursionError) as error:
            yield Reject(excerpt(line), place, _reason(error))


def json_list(path: Path) -> Iterator[Row | Reject]:
    """The records of a file that holds one JSON list.

    Raises:
        InputError: The file cannot be read, is not UTF-8, not JSON or not a list.
    """
    try:
        records = json.loads("".join(all_lines(path)))
    except (ValueError, RecursionError) as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise InputError(_reason(error), path=path, row=row) from error
    if not isinstance(records, list):
        raise InputError("the file is not a JSON list", path=path, expected="a list of records")
    for number, record in enumerate(records, start=1):
        yield _row(record, f"{path.name}:{number}")


def dump_line(content: Any) -> str:
    """Content as one line of JSON that UTF-8 can hold: half surrogate pairs are escaped."""
    text = json.dumps(content, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def write_lines(path: Path, records: Iterable[Any]) -> None:
    """Write one record a line, whole or not at all."""
    write_text(path, "".join(dump_line(record) + "\n" for record in records))


def write_list(path: Path, records: Iterable[Any]) -> None:
    """Write one JSON list with a record a line, whole or not at all."""
    write_text(path, "[\n" + ",\n".join(map(dump_line, records)) + "\n]\n")


def list_in(record: Mapping[str, Any], name: str) -> list[Any]:
    """A list held by a record; empty where it is missing or null.

    Raises:
        ValueError: Something else is there.
    """
    value = record.get(name)
    if value is not None and not isinstance(value, list):
        raise ValueError(f"{name}: expected a list")
    return value or []


def object_in(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object held by a record; empty where it is missing or null.

    Raises:
        ValueError: Something else is there.
    """
    value = record.get(name)
    if value is not None and not isinstance(value, dict):
        raise ValueError(f"{name}: expected an object")
    return value or {}


def objects_in(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects held by a record; empty where it is missing or null.

    Raises:
        ValueError: Something else is there.
    """
    values = list_in(record, name)
    if not all(isinstance(value, dict) for value in values):
        raise ValueError(f"{name}: expected a list of objects")
    return values
