"""Telling the format of a file from its name and content."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from framescope.data.errors import InputError
from framescope.data.formats.dataset_folder import is_dataset
from framescope.data.formats.drafts import CONTRACT
from framescope.data.formats.rows import Row, json_lines, json_list
from framescope.data.lines import all_lines

_LOOK_AT = 200
_WISH = "one of the known formats, or its name given"


def detect_format(path: Path) -> str:
    """The name of the format, from the suffix and the fields of the first records.

    Raises:
        InputError: There is no such file, it cannot be read, or the format is not clear.
    """
    if not path.exists():
        raise InputError("there is no such file or folder", path=path)
    if path.is_dir():
        found = "datasets" if is_dataset(path) else None
    elif path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv")):
        found = "csv"
    else:
        found = _by_content(path)
    if found is None:
        raise InputError("the format is not clear", path=path, expected=_WISH)
    return found


def _by_content(path: Path) -> str | None:
    first = next((line.lstrip()[0] for line in all_lines(path) if line.strip()), "")
    rows = json_list(path) if first == "[" else json_lines(path)
    records = [row.record for row in islice(rows, _LOOK_AT) if isinstance(row, Row)]
    names = {name for record in records for name in record}
    return _tool_of_list(names) if first == "[" else _tool_of_lines(names)


def _tool_of_list(names: set[str]) -> str | None:
    if "data" in names and names & {"annotations", "completions", "predictions"}:
        return "label-studio"
    return "argilla" if {"fields", "responses"} <= names else None


def _tool_of_lines(names: set[str]) -> str | None:
    if "frames" in names:
        return "native"
    if names & {"answer", "accept", "options", "_input_hash", "_task_hash", "_view_id"}:
        return "prodigy"
    if names & {"label", "labels"} and "text" in names:
        return "doccano"
    # Sentences that wait for annotation have nothing but fields of the contract.
    return "native" if {"id", "text"} <= names <= set(CONTRACT) else None
