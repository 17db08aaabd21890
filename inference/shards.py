"""Shards: slices of the stream of articles that are scored, written and resumed each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from framescope.data.articles import Article, Reject
from framescope.data.meter import meter
from framescope.data.parts import Part

Record = Article | Reject

_RECENT = 65_536


@dataclass(frozen=True, slots=True)
class ShardSize:
    """A shard ends with the record that reaches either limit; a long article is one alone.

    Attributes:
        records: Articles and rejects.
        characters: Of the articles' bodies: some 30,000 sentences of news.
    """

    records: int = 2_000
    characters: int = 4_000_000


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive records of an archive.

    Attributes:
        number: Counted from 0.
        records: What was read, in order.
        bytes_read: Bytes of the inputs read up to its end.
    """

    number: int
    records: Sequence[Record]
    bytes_read: int = 0

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"part-{self.number:05d}"

    @property
    def digest(self) -> str:
        """BLAKE2 (64 hex digits) of all that its records hold."""
        digest = blake2b(digest_size=32)
        for record in self.records:
            # What cannot be encoded is escaped by repr, and lengths part the records.
            content = repr(record).encode()
            digest.update(len(content).to_bytes(8) + content)
        return digest.hexdigest()


def cut_shards(
    records: Iterable[Record], size: ShardSize, part: Part | None = None
) -> Iterator[Shard]:
    """Slice a stream of records; each article gets an id of its own on the way.

    Args:
        records: What was read, in order.
        size: Where shards end.
        part: Leave out the articles of other parts; rejects are in the first.
    """
    ids, number, start = UniqueIds(), 0, meter.bytes
    held: list[Record] = []
    characters = 0
    for read in records:
        record = ids.apply(read) if isinstance(read, Article) else read
        if part and not _falls_into(record, part):
            continue
        held.append(record)
        characters += len(record.title) + len(record.text) if isinstance(record, Article) else 0
        if len(held) >= size.records or characters >= size.characters:
            yield Shard(number, held, meter.bytes - start)
            held, characters, number = [], 0, number + 1
    if held:
        yield Shard(number, held, meter.bytes - start)


def _falls_into(record: Record, part: Part) -> bool:
    return part.holds(record.id) if isinstance(record, Article) else part.number == 1


class UniqueIds:
    """Gives a repeated article id a number, so that an id is one article in all that is counted.

    Remembers 8 bytes of each id: 8 MB for a million articles. Two ids that share them (one chance
    in 10^7 among a million) only give one of them a number that it did not need.
    """

    def __init__(self) -> None:
        self._older = np.zeros(0, np.uint64)  # sorted
        self._recent: set[int] = set()

    def apply(self, article: Article) -> Article:
        """The article, under a new id (``id~2``, ``id~3``) if its own was there before."""
        name = article.id
        if self._seen(_key(name)):
            name = f"{name}~{self._first_free(name)}"
            article = replace(article, id=name)
        self._remember(_key(name))
        return article

    def _first_free(self, name: str) -> int:
        """A number not taken: doubling, then halving the gap; no count is kept for each id."""
        low, high = 1, 2
        while self._seen(_key(f"{name}~{high}")):
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            taken = self._seen(_key(f"{name}~{middle}"))
            low, high = (middle, high) if taken else (low, middle)
        return high

    def _seen(self, key: int) -> bool:
        if key in self._recent:
            return True
        place = int(np.searchsorted(self._older, np.uint64(key)))
        return place < len(self._older) and int(self._older[place]) == key

    def _remember(self, key: int) -> None:
        self._recent.add(key)
        if len(self._recent) >= _RECENT:
            recent = np.fromiter(self._recent, np.uint64, len(self._recent))
            self._older = np.sort(np.concatenate([self._older, recent]), kind="stable")
            self._recent.clear()


def _key(article_id: str) -> int:
    content = article_id.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest())
