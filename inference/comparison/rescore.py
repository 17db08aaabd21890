"""Scoring the sentences of a scored archive again, with another model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from framescope.data.codebook import frame_columns
from framescope.data.console import progress_bar
from framescope.data.errors import InputError
from framescope.inference.comparison.counts import Cell, connect
from framescope.inference.manifest import ScoredArchive
from framescope.models.classifier import FrameClassifier
from framescope.models.labels import ABSENT, LabelSpace

#: Sentences scored together.
_WINDOW = 8192
#: Drawn by a hash, so that the same articles are drawn each time.
_SAMPLED = (
    "(SELECT DISTINCT _archive, article_id FROM sentences "
    "ORDER BY hash(article_id, _archive) LIMIT ?)"
)

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


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


def rescored_counts(
    archives: Sequence[ScoredArchive],
    model: FrameClassifier,
    cells: Sequence[Cell],
    sample: int | None,
) -> list[OutletCounts]:
    """Score sentences again and count by article; outlets in alphabetical order.

    Args:
        archives: Opened together.
        model: What scores them again; under the same codebook.
        cells: What is counted.
        sample: Number of articles to draw; all if None.

    Raises:
        InputError: A Parquet file cannot be read.
    """
    articles: dict[tuple[str, int, str], int] = {}
    places: list[int] = []
    before: list[Codes] = []
    after: list[Codes] = []
    with progress_bar("Scoring again", total=None, unit="sentences") as bar:
        for window in _windows(archives, model.space, sample):
            places += [articles.setdefault(row[:3], len(articles)) for row in window]
            before.append(np.array([_codes(row[4:], model.space) for row in window]))
            after.append(model.scores([row[3] for row in window]).codes)
            bar.advance(len(window))
    if not places:
        return []
    of_sentence = np.array(places)
    sides = [
        _sums(_hits(np.concatenate(c), cells, model.space), of_sentence) for c in (before, after)
    ]
    sentences = np.bincount(of_sentence).astype(np.float64)
    outlets = np.array([outlet for outlet, *_ in articles], dtype=object)
    return [
        OutletCounts(name, sentences[rows], sides[0][rows], sides[1][rows])
        for name in sorted(set(outlets))
        for rows in [np.flatnonzero(outlets == name)]
    ]


def _windows(
    archives: Sequence[ScoredArchive], space: LabelSpace, sample: int | None
) -> Iterator[list[Any]]:
    """Rows of outlet, archive, article, text, and for each frame presence and stance."""
    wanted = ", ".join(f'"{c}"' for frame in space.frames for c in frame_columns(frame)[::2])
    drawn = "" if sample is None else f"SEMI JOIN {_SAMPLED} USING (_archive, article_id)"
    # Ids of frames are validated by the codebook.
    query = (
        f"SELECT outlet, _archive, article_id, text, {wanted} FROM sentences {drawn} "  # noqa: S608
        f'WHERE "{space.frames[0]}" IS NOT NULL'
    )
    try:
        with connect(archives) as connection:
            result = connection.execute(query, [] if sample is None else [sample])
            while rows := result.fetchmany(_WINDOW):
                yield rows
    except duckdb.Error as error:
        raise InputError(f"cannot read the scored sentences: {error}") from error


def _codes(values: Sequence[Any], space: LabelSpace) -> list[int]:
    """Class codes of the F frames from their columns presence and stance."""
    pairs = zip(values[::2], values[1::2], strict=True)
    classes = space.classes
    return [classes.index(stance or classes[1]) if there else ABSENT for there, stance in pairs]


def _hits(codes: Codes, cells: Sequence[Cell], space: LabelSpace) -> NDArray[np.bool_]:
    """Which cells each of n sentences is in, from codes (n, F); shape (n, cells)."""

    def hit(cell: Cell) -> NDArray[np.bool_]:
        column = codes[:, space.frames.index(cell.frame)]
        where = column > ABSENT
        return where if cell.stance is None else column == space.classes.index(cell.stance)

    return np.stack([hit(cell) for cell in cells], axis=1)


def _sums(hits: NDArray[np.bool_], of_sentence: Codes) -> Floats:
    totals = np.zeros((int(of_sentence.max()) + 1, hits.shape[1]))
    np.add.at(totals, of_sentence, hits)
    return totals
