"""Drawing the probability sample, in one pass over the Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from framescope.data.annotations import AnnotatedSentence, Sampling
from framescope.inference.manifest import ScoredArchive
from framescope.inference.sampling.design import Counts
from framescope.inference.sampling.population import Cells
from framescope.inference.sampling.strata import Strata

#: What a drawn sentence brings along.
COLUMNS = "_archive, article_id, sentence_index, text, outlet, published::VARCHAR, url"


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
    connection.execute(
        "CREATE OR REPLACE TABLE plan (outlet VARCHAR, decision VARCHAR, about VARCHAR, "
        "stratum INT, n BIGINT)"
    )
    rows = [
        (*key, int(h), int(drawn[h])) for key, h in zip(cells.keys, strata.of_cell, strict=True)
    ]
    connection.executemany("INSERT INTO plan VALUES (?, ?, ?, ?, ?)", rows)
    named = COLUMNS.split(", ")
    fields = ", ".join(f"f{i} := {name}" for i, name in enumerate(named))
    found = connection.execute(
        f"""SELECT stratum, unnest(arg_min(struct_pack({fields}, key := key), key, n))
            FROM (SELECT *, md5(? || article_id || '#' || sentence_index) AS key
                  FROM population JOIN plan USING (outlet, decision, about))
            GROUP BY stratum""",  # noqa: S608
        [f"{seed}:"],
    ).fetchall()
    chance, names = drawn / strata.sentences, strata.names
    return [
        _row(tuple(row.values())[:-1], archives, names[h], float(chance[h]))
        for h, row in sorted(found, key=lambda pair: str(pair[1]["key"]))
    ]


def _row(
    values: tuple[Any, ...], archives: Sequence[ScoredArchive], stratum: str, chance: float
) -> AnnotatedSentence:
    sampling = Sampling(
        stratum=stratum,
        inclusion_probability=chance,
        archive=archives[values[0]].hash,
        purpose="estimation",
    )
    return drawn_sentence(values, sampling)


def drawn_sentence(values: tuple[Any, ...], sampling: Sampling) -> AnnotatedSentence:
    """The values of ``COLUMNS`` as a sentence that waits for annotation."""
    _, article, index, text, outlet, published, url = values
    fields = {"outlet": outlet, "published": published, "url": url}
    return AnnotatedSentence.model_validate(
        {
            "id": f"{article}#{index}",
            "text": text,
            "document": article,
            **{name: value for name, value in fields.items() if value is not None},
            "sampling": sampling,
        }
    )
