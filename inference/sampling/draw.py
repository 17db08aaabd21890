"""Drawing the probability sample, in one pass over the Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from framescope.data.annotations import AnnotatedSentence, Sampling
from framescope.inference.manifest import ScoredArchive
from framescope.inference.sampling.design import Counts
from framescope.inference.sampling.population import Cells
from framescope.inference.sampling.strata import Strata

#: A sentence of the population: number of its archive, article and place in it.
Place = tuple[int, str, int]


def draw_estimation(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[ScoredArchive],
    cells: Cells,
    strata: Strata,
    drawn: Counts,
    seed: int,
) -> list[AnnotatedSentence]:
    """A simple random sample without replacement from each stratum, in random order.

    Each sentence has a number of its own by seed and id (a permanent random number, Ohlsson
    1995), and those with the smallest are drawn: only the drawn ones are kept in memory, and a
    greater sample under the same seed holds the smaller one.

    Args:
        connection: With the view ``population``.
        archives: The archives of the population.
        cells: Its cells.
        strata: H strata over them.
        drawn: Sentences to draw from each, shape (H,).
        seed: Any whole number.
    """
    columns = [
        *zip(*cells.keys, strict=True),
        strata.of_cell.tolist(),
        drawn[strata.of_cell].tolist(),
    ]
    names = ("outlet", "decision", "about", "stratum", "n")
    _table(connection, "plan", dict(zip(names, columns, strict=True)))
    found = connection.execute(
        """SELECT unnest(arg_min(struct_pack(key, stratum, _archive, article_id, sentence_index),
                                 key, n))
           FROM (SELECT *, md5(? || article_id || '#' || sentence_index) AS key
                 FROM population JOIN plan USING (outlet, decision, about))
           GROUP BY stratum""",
        [f"{seed}:"],
    ).fetchall()
    rows = [tuple(row.values()) for (row,) in found]
    stratum = {row[2:]: row[1] for row in sorted(rows)}
    chance, named = drawn / strata.sentences, strata.names

    def sampling(place: Place) -> Sampling:
        return Sampling(
            stratum=named[stratum[place]],
            inclusion_probability=float(chance[stratum[place]]),
            archive=archives[place[0]].hash,
            purpose="estimation",
        )

    return fetch(connection, {place: sampling(place) for place in stratum})


def fetch(
    connection: duckdb.DuckDBPyConnection, chosen: dict[Place, Sampling]
) -> list[AnnotatedSentence]:
    """The chosen sentences in the order given, waiting for annotation.

    Texts are read for these alone, so that memory does not grow with the archive.
    """
    if not chosen:
        return []
    key = ("_archive", "article_id", "sentence_index")
    _table(connection, "wanted", dict(zip(key, zip(*chosen, strict=True), strict=True)))
    rows = connection.execute(
        "SELECT _archive, article_id, sentence_index, text, outlet, published::VARCHAR, url "
        "FROM population JOIN wanted USING (_archive, article_id, sentence_index)"
    ).fetchall()
    by_place = {row[:3]: row[3:] for row in rows}
    return [_sentence(place, by_place[place], sampling) for place, sampling in chosen.items()]


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Iterable[Any]]
) -> None:
    """A table whose size DuckDB knows, so that a join keeps it in memory and streams the other."""
    parts = ", ".join(f"unnest(?) AS {column}" for column in columns)
    values = [list(column) for column in columns.values()]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {parts}", values)


def _sentence(place: Place, values: tuple[Any, ...], sampling: Sampling) -> AnnotatedSentence:
    _, article, index = place
    fields = dict(zip(("text", "outlet", "published", "url"), values, strict=True))
    told = {name: value for name, value in fields.items() if value is not None}
    return AnnotatedSentence.model_validate(
        {"id": f"{article}#{index}", "document": article, **told, "sampling": sampling}
    )
