"""CSV and TSV: a column for each frame, or one column ``frames`` with a list of labels."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.article import Reject
from framescope.data.articles.columns import excerpt
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.formats.cells import answer_of, cell_of
from framescope.data.formats.columns import DETAILS, META, table_columns
from framescope.data.formats.drafts import Draft, sentences_of
from framescope.data.formats.rows import Row, dump_line
from framescope.data.lines import all_lines
from framescope.data.output import write_text

_LONGEST_FIELD = 64 * 1024 * 1024


def read_table(path: Path, codebook: Codebook) -> Iterator[AnnotatedSentence | Reject]:
    """Read one sentence a row, with a header.

    With a column for each frame, a row where all of them are blank is not annotated; a column
    ``frames`` that is blank holds the empty list: annotated, and no frame.

    Raises:
        InputError: The header lacks ``text`` or some frames, or the quoting is broken.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    lines = all_lines(path)
    header = next(lines, "")
    delimiter = "\t" if _is_tsv(path) else max(",;\t", key=header.count)
    columns = table_columns(next(csv.reader([header], delimiter=delimiter), []), codebook, path)

    def drafts(record: dict[str, Any]) -> Iterator[Draft]:
        answers = {frame: record.pop(frame) for frame in columns.frames}
        labels = record.pop("frames", None)
        if columns.listed:
            yield Draft(_fields(record), [x for x in re.split("[;|]", labels or "") if x.strip()])
        else:
            yield Draft(_fields(record), answer_of(answers, codebook))

    rows = _rows(path, lines, delimiter, columns.names)
    return sentences_of(rows, drafts, codebook)


def _is_tsv(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(".tsv")


def _rows(
    path: Path, lines: Iterator[str], delimiter: str, names: list[str]
) -> Iterator[Row | Reject]:
    number = 1
    try:
        # Strict: a quote that is never closed would swallow the rows after it.
        for values in csv.reader(lines, delimiter=delimiter, strict=True):
            number += 1
            place = f"{path.name}:{number}"
            if len(values) == len(names):
                yield Row(dict(zip(names, values, strict=True)), place)
            elif values:
                reason = f"the row has {len(values)} values, the header {len(names)}"
                yield Reject(excerpt(values), place, reason)
    except csv.Error as error:
        raise InputError(f"broken table: {error}", path=path, row=number + 1) from error


def _fields(record: dict[str, str]) -> dict[str, Any]:
    """Cells as fields: blank ones are not set, and ``meta`` holds more of them as JSON."""
    fields: dict[str, Any] = {name: cell for name, cell in record.items() if cell != ""}
    try:
        meta = json.loads(fields.get(META, "{}"))
    except (ValueError, RecursionError):
        return fields
    if isinstance(meta, dict):
        fields.pop(META, None)
        fields |= meta
    return fields


def write_table(path: Path, sentences: Sequence[AnnotatedSentence], codebook: Codebook) -> None:
    """Write a column for each frame; what no cell can hold goes to ``meta`` as JSON.

    Raises:
        InputError: A frame has the name of a field of the sentence.
    """
    names = ["id", "text", *codebook.frame_ids, *DETAILS, META]
    table_columns(names, codebook, path)
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t" if _is_tsv(path) else ",")
    writer.writerow(names)
    writer.writerows(_cells(sentence, codebook) for sentence in sentences)
    write_text(path, text.getvalue())


def _cells(sentence: AnnotatedSentence, codebook: Codebook) -> list[str]:
    fields = sentence.model_dump(exclude_defaults=True, exclude={"frames"})
    told = {k: str(fields.pop(k)) for k in ("id", "text", *DETAILS) if fields.get(k)}
    frames = [cell_of(sentence, frame) for frame in codebook.frame_ids]
    details = [told.get(name, "") for name in DETAILS]
    return [
        told.get("id", ""),
        told["text"],
        *frames,
        *details,
        dump_line(fields) if fields else "",
    ]
