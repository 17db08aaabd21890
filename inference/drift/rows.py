"""The sentences of scored archives as columns, for measuring drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from framescope.data.errors import InputError
from framescope.inference.comparison.counts import connect
from framescope.inference.manifest import ScoredArchive

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArchiveRows:
    """n sentences of whole articles.

    Attributes:
        texts: The sentences.
        articles: Number of each one's article, shape (n,).
        groups: Outlet and month (``2024-03``, or None without a date) of each.
        abstained: Whether the model abstained, shape (n,).
        probability: P(frame), shape (n, F); NaN where it abstained.
    """

    texts: list[str]
    articles: NDArray[np.int64]
    groups: list[tuple[str, str | None]]
    abstained: NDArray[np.bool_]
    probability: Floats


def read_rows(archives: Sequence[ScoredArchive], *, most_articles: int) -> ArchiveRows:
    """Read the sentences of at most so many articles, drawn by a hash, the same each time.

    Raises:
        InputError: A Parquet file cannot be read.
    """
    frames = archives[0].codebook.frame_ids
    wanted = ", ".join(f'"{frame}_probability"' for frame in frames)
    query = (  # ids of frames are validated by the codebook
        f"SELECT _archive, article_id, outlet, strftime(published, '%Y-%m'), text, {wanted} "  # noqa: S608
        "FROM sentences SEMI JOIN (SELECT DISTINCT _archive, article_id FROM sentences "
        "ORDER BY hash(article_id, _archive) LIMIT ?) USING (_archive, article_id) "
        "ORDER BY _archive, article_id, sentence_index"
    )
    try:
        with connect(archives) as connection:
            rows = connection.execute(query, [most_articles]).fetchall()
    except duckdb.Error as error:
        raise InputError(f"cannot read the scored sentences: {error}") from error
    numbers: dict[tuple[int, str], int] = {}
    probability = np.array([row[5:] for row in rows], dtype=np.float64).reshape(-1, len(frames))
    return ArchiveRows(
        texts=[row[4] for row in rows],
        articles=np.array([numbers.setdefault(row[:2], len(numbers)) for row in rows]),
        groups=[(row[2], row[3]) for row in rows],
        abstained=np.asarray(np.isnan(probability).any(axis=1)),
        probability=probability,
    )
