"""The folder beside the report: every figure as SVG and PNG, every table as CSV and Parquet."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from framescope.data.output import require_absent, whole_folder, write_json, write_text
from framescope.inference.report.render import Report

#: The file that every such folder holds.
CONTENTS = "contents.json"
#: How a spreadsheet tells a formula, also behind white space and in full width.
_FORMULA = re.compile(r"[\s\x00]*[=+\-@＝＋－＠]|[\t\r\n]")


def files_folder(report: Path) -> Path:
    """Where the figures and tables of a report stand: ``x_files`` beside ``x.html``."""
    return report.with_name(f"{report.stem}_files")


def require_writable(report: Path, *, overwrite: bool) -> None:
    """Refuse to write over a report, or over the folder beside it, before any work is done.

    Raises:
        InputError: One exists and ``overwrite`` is not set, or the folder holds other things.
    """
    require_absent(report, overwrite=overwrite)
    require_absent(files_folder(report), overwrite=overwrite, marker=CONTENTS)


def write_report(report: Report, path: Path, *, overwrite: bool) -> Path:
    """Write the page and the folder beside it, each whole or not at all; returns the folder.

    Raises:
        InputError: As ``require_writable``.
    """
    with whole_folder(files_folder(path), overwrite=overwrite, marker=CONTENTS) as working:
        write_files(report, working)
        write_text(path, report.html)
    return files_folder(path)


def write_files(report: Report, folder: Path) -> None:
    """Write them into an empty folder, and ``contents.json``, which says what they are."""
    contents: list[dict[str, Any]] = []
    for chart in report.charts:
        write_text(folder / f"{chart.name}.svg", chart.alone)
        (folder / f"{chart.name}.png").write_bytes(chart.png)
        told = {"title": chart.title, "shows": chart.shows, "cannot": chart.cannot}
        contents.append({"figure": chart.name, **told})
    for name, rows in report.tables.items():
        table = pa.Table.from_pylist(rows)
        pq.write_table(table, folder / f"{name}.parquet")
        write_text(folder / f"{name}.csv", as_csv(rows))
        contents.append({"table": name, "rows": len(rows), "columns": table.schema.names})
    write_text(folder / "methods.txt", report.methods.text)
    write_json(folder / CONTENTS, contents)


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as CSV; a text that a spreadsheet would take for a formula gets an apostrophe."""
    stream = StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return stream.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
