"""Scoring the sentences of a scored archive again, with another model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from framescope.data.codebook import frame_columns
from framescope.data.console import progress_bar
from framescope.data.errors import InputError
from framescope.inference.comparison.counts import Cell, cell_sums, quoted
from framescope.models.classifier import FrameClassifier
from framescope.models.labels import LabelSpace

#: The scored sentences of the drawn articles, and the same as the other model decides them.
SCORED, RESCORED = "scored", "rescored"
#: Sentences scored together.
_WINDOW = 8192
_PLACE = "outlet, published, _archive, article_id, sentence_index, text"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OutletCounts:
    """Hits of both models in the articles of one outlet.

    Attributes:
        outlet: The outlet.
        sentences: Scored sentences of each article, shape (articles,).
        before: Hits of the model of the archive, shape (articles, cells).
        after: Hits of the other, the same shape.
    """

    outlet: str
    sentences: Floats
    before: Floats
    after: Floats


def rescore(
    connection: duckdb.DuckDBPyConnection, model: FrameClassifier, sample: int | None
) -> None:
    """Score sentences again, and add the views ``scored`` and ``rescored``.

    Both have the columns of ``sentences`` that tell its place and, for each frame, presence and
    stance; sentences that the archive's model abstained from are in neither.

    Args:
        connection: With the view ``sentences``.
        model: What scores them again; under the same codebook.
        sample: Number of articles to draw; all if None.

    Raises:
        InputError: No sentence was scored.
    """
    connection.execute(_scored_view(model.space, sample))
    found = []
    with progress_bar("Scoring again", total=None, unit="sentences") as bar:
        for window in _windows(connection):
            found.append(_decided(window, model))
            bar.advance(len(window))
    if not found:
        raise InputError("no sentence was scored", expected="see the column abstained")
    connection.register("windows", pa.concat_tables(found))
    # The decision hangs on the text alone; ids need not be unique where a reader's were not.
    connection.execute("CREATE TEMP TABLE decided AS SELECT DISTINCT ON (_text) * FROM windows")
    connection.unregister("windows")
    connection.execute(
        f"CREATE TEMP VIEW {RESCORED} AS SELECT {_PLACE}, decided.* "  # noqa: S608
        f"FROM {SCORED} JOIN decided ON hash(text) = _text"
    )


def article_counts(
    connection: duckdb.DuckDBPyConnection, cells: Sequence[Cell]
) -> list[OutletCounts]:
    """Hits of both models by article, after ``rescore``; outlets in alphabetical order."""
    article = "outlet, _archive, article_id"
    sums = ", ".join(f"{total} AS c{i}" for i, total in enumerate(cell_sums(cells)))
    told = ", ".join(f"{side}.c{i}" for side in ("b", "a") for i in range(len(cells)))

    def side(view: str) -> str:
        return f"(SELECT {article}, count(*) AS n, {sums} FROM {view} GROUP BY ALL)"  # noqa: S608

    rows = connection.execute(
        f"SELECT outlet, b.n, {told} FROM {side(SCORED)} b JOIN {side(RESCORED)} a "  # noqa: S608
        f"USING ({article}) ORDER BY {article}"
    ).fetchall()
    outlets = np.array([row[0] for row in rows], dtype=object)
    table = np.array([row[1:] for row in rows], dtype=np.float64)
    half = 1 + len(cells)
    return [
        OutletCounts(name, own[:, 0], own[:, 1:half], own[:, half:])
        for name in sorted(set(outlets))
        for own in [table[outlets == name]]
    ]


def _scored_view(space: LabelSpace, sample: int | None) -> str:
    columns = ", ".join(quoted(c) for frame in space.frames for c in frame_columns(frame)[::2])
    # Drawn by a hash, so that the same articles are drawn each time.
    drawn = (
        "SEMI JOIN (SELECT DISTINCT _archive, article_id FROM sentences "  # noqa: S608
        f"ORDER BY hash(article_id, _archive) LIMIT {sample}) USING (_archive, article_id)"
    )
    return (
        f"CREATE TEMP VIEW {SCORED} AS SELECT {_PLACE}, {columns} FROM sentences "  # noqa: S608
        f"{'' if sample is None else drawn} WHERE {quoted(space.frames[0])} IS NOT NULL"
    )


def _windows(connection: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of the text's hash and the text."""
    result = connection.execute(f"SELECT hash(text), text FROM {SCORED}")  # noqa: S608
    while rows := result.fetchmany(_WINDOW):
        yield rows


def _decided(window: Sequence[tuple[Any, ...]], model: FrameClassifier) -> pa.Table:
    """The hash of each text, and for each frame its presence and stance."""
    hashes, texts = zip(*window, strict=True)
    codes = model.scores(texts).codes
    classes = pa.array(model.space.classes)
    columns = {"_text": pa.array(hashes, pa.uint64())}
    for frame, code in zip(model.space.frames, codes.T, strict=True):
        present, _, stance, _ = frame_columns(frame)
        columns[present] = pa.array(code > 0)
        columns[stance] = pa.DictionaryArray.from_arrays(pa.array(code, pa.int8()), classes)
    return pa.table(columns)
