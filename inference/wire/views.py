"""Three views of an archive: all articles, originals only, and each cluster once an outlet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import duckdb
import pyarrow as pa

from framescope.inference.wire.copies import Cluster

#: ``all``: every article. ``originals``: of each cluster the earliest article alone, in whatever
#: outlet. ``clusters``: of each cluster one article an outlet, its first: repeats in an outlet's
#: own pages are left out, what it took from others is not.
View = Literal["all", "originals", "clusters"]
VIEWS: tuple[View, ...] = get_args(View)

_SCHEMA = pa.schema(
    [("_archive", pa.int32()), ("article_id", pa.string()), ("cluster", pa.int32()),
     ("originals", pa.bool_()), ("clusters", pa.bool_())]
)  # fmt: skip


def add_views(connection: duckdb.DuckDBPyConnection, clusters: Sequence[Cluster]) -> None:
    """Make a view of ``sentences`` for each name in ``VIEWS``, and the table ``copies``.

    ``copies`` has a row for each article in a cluster, with its number and whether the view of
    that name keeps the article; articles in no cluster are kept in all.

    Args:
        connection: With the view ``sentences``; the names are made in its temporary schema.
        clusters: Of its articles.
    """
    rows = pa.Table.from_pylist(list(_rows(clusters)), schema=_SCHEMA)
    connection.register("_copies", rows)
    connection.execute("CREATE TEMP TABLE copies AS SELECT * FROM _copies")
    connection.unregister("_copies")
    connection.execute('CREATE TEMP VIEW "all" AS SELECT * FROM sentences')
    for view in VIEWS[1:]:
        connection.execute(
            f"CREATE TEMP VIEW {view} AS SELECT * FROM sentences ANTI JOIN "  # noqa: S608
            f"(SELECT _archive, article_id FROM copies WHERE NOT {view}) "
            "USING (_archive, article_id)"
        )


def _rows(clusters: Sequence[Cluster]) -> Iterator[dict[str, object]]:
    for number, cluster in enumerate(clusters):
        firsts = set(cluster.firsts().values())
        for member in cluster.members:
            yield {
                "_archive": member.archive,
                "article_id": member.article_id,
                "cluster": number,
                "originals": member is cluster.original,
                "clusters": member in firsts,
            }
