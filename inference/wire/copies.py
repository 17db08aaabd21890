"""Wire copy in scored archives: the clusters, and who printed them first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import combinations, groupby
from typing import Any

import duckdb

from framescope.inference.wire.clusters import candidates, find_clusters
from framescope.inference.wire.shingles import ARTICLES, SENTENCES, Measure, Shingles, sketchable
from framescope.inference.wire.sketches import keys_of

_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Member:
    """An article, or one sentence of it, that is like others.

    ``archive`` is the number of the scored archive, ``sentence_index`` None for an article;
    ``text`` is the sentence, or the article's first.
    """

    archive: int
    article_id: str
    sentence_index: int | None
    outlet: str
    published: date | None
    url: str | None
    text: str

    @property
    def order(self) -> tuple[bool, date, bytes]:
        """The earliest first, undated last, one day's by lot: the lot favours no outlet."""
        name = f"{self.archive}\n{self.article_id}\n{self.sentence_index}"
        lot = blake2b(name.encode("utf-8", "replace"), digest_size=8).digest()
        return self.published is None, self.published or date.max, lot


@dataclass(frozen=True, slots=True)
class Cluster:
    """Near-duplicates, the earliest first; what has no date is last."""

    members: tuple[Member, ...]

    @property
    def original(self) -> Member:
        """The earliest; where several share its day, one of them, drawn by lot."""
        return self.members[0]

    def firsts(self) -> dict[str, Member]:
        """For each outlet its first member."""
        return {m.outlet: m for m in reversed(self.members)}


@dataclass(frozen=True, slots=True)
class Order:
    """Of the clusters that two outlets share: in how many ``first`` was before ``later``.

    ``same_day`` counts those in which both have the same date, or one has none: who was first
    cannot be told. It is the same for both orders of a pair.
    """

    first: str
    later: str
    clusters: int
    same_day: int


def cluster_articles(connection: duckdb.DuckDBPyConnection) -> list[Cluster]:
    """Clusters of near-duplicate articles, within and across outlets, in order of time."""
    query = "SELECT _archive, article_id, NULL, outlet, published, url, text FROM sentences"
    return _clusters(connection, query, ARTICLES)


def cluster_sentences(connection: duckdb.DuckDBPyConnection, condition: str) -> list[Cluster]:
    """Clusters of the near-duplicate sentences for which an SQL condition holds."""
    query = (
        "SELECT _archive, article_id, sentence_index, outlet, published, url, text "  # noqa: S608
        f"FROM sentences WHERE {condition}"
    )
    return _clusters(connection, query, SENTENCES)


def _clusters(connection: duckdb.DuckDBPyConnection, query: str, measure: Measure) -> list[Cluster]:
    # The texts are read twice and never kept: what shares no key with another is most of them.
    keys = keys_of((text for _, text in _read(connection, query)), measure)
    wanted = set(candidates(keys))
    members, shingles = dict[int, Member](), dict[int, Shingles]()
    for row, (member, text) in enumerate(_read(connection, query)):
        if row in wanted:
            members[row], shingles[row] = member, sketchable([text], measure)[0].whole
    order = sorted(members, key=lambda row: members[row].order)
    outlets = {row: member.outlet for row, member in members.items()}
    found = find_clusters(keys, shingles, outlets, order, measure)
    return [Cluster(tuple(members[row] for row in rows)) for rows in found]


def _read(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[Member, str]]:
    """Articles (or sentences) and their texts, in the order of the files.

    An article's rows are together there.
    """
    rows = _rows(connection, query)
    for (*key, outlet, published, url), group in groupby(rows, key=lambda row: row[:-1]):
        archive, article_id, index = key
        texts = [row[-1] for row in group]
        member = Member(archive, article_id, index, outlet, published, url, texts[0])
        yield member, " ".join(texts)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.execute(query)
    while rows := cursor.fetchmany(_ROWS):
        yield from rows


def orders(clusters: Collection[Cluster]) -> list[Order]:
    """Who printed first, for each ordered pair of outlets with a cluster in common.

    To be first is not to be copied: both may print an agency that is not in the archive.
    """
    before, tied = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for cluster in clusters:
        for left, right in combinations(cluster.firsts().values(), 2):
            pair = (left.outlet, right.outlet)
            if None in (left.published, right.published) or left.published == right.published:
                tied.update([pair, pair[::-1]])
            else:
                before[pair if left.order < right.order else pair[::-1]] += 1
    pairs = sorted({*before, *tied, *((later, first) for first, later in before)})
    return [Order(*pair, before[pair], tied[pair]) for pair in pairs]
