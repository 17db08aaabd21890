from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.data.articles import Article, Reject
from framescope.data.parts import Part
from framescope.inference import shards
from framescope.inference.shards import Shard, ShardSize, UniqueIds, cut_shards

ARTICLE = Article("a", "North", None, "", "", "It rained.")
RECORDS = st.lists(
    st.one_of(
        st.builds(replace, st.just(ARTICLE), id=st.sampled_from("ab"), text=st.text(max_size=30)),
        st.builds(Reject, st.text(max_size=5), st.just("in:1"), st.just("broken")),
    ),
    max_size=30,
)
SIZES = st.builds(ShardSize, st.integers(1, 9), st.integers(1, 60))


def length(shard: Shard) -> int:
    return sum(len(r.title) + len(r.text) for r in shard.records if isinstance(r, Article))


@given(RECORDS, SIZES)
def test_shards_hold_every_record_once_in_order_and_end_at_the_first_limit(
    records: list[Article | Reject], size: ShardSize
) -> None:
    found = list(cut_shards(records, size))
    held = [record for shard in found for record in shard.records]
    ids = UniqueIds()
    assert held == [ids.apply(r) if isinstance(r, Article) else r for r in records]
    assert [shard.number for shard in found] == list(range(len(found)))
    for shard in found:
        before = replace(shard, records=shard.records[:-1])
        assert len(before.records) < size.records
        assert length(before) < size.characters
    for shard in found[:-1]:
        assert len(shard.records) == size.records or length(shard) >= size.characters


@given(RECORDS, SIZES, st.integers(2, 4))
def test_parts_together_hold_every_record_once_under_the_same_id(
    records: list[Article | Reject], size: ShardSize, of: int
) -> None:
    def held(part: Part | None) -> list[Article | Reject]:
        return [record for shard in cut_shards(records, size, part) for record in shard.records]

    parts = [held(Part(number, of, "")) for number in range(1, of + 1)]
    assert sorted(repr(record) for part in parts for record in part) == sorted(
        map(repr, held(None))
    )


@given(RECORDS, SIZES, st.data())
def test_a_shard_is_known_by_its_records(
    records: list[Article | Reject], size: ShardSize, data: st.DataObject
) -> None:
    if not records:
        return
    digests = [shard.digest for shard in cut_shards(records, size)]
    assert digests == [shard.digest for shard in cut_shards(iter(records), size)]
    place = data.draw(st.integers(0, len(records) - 1))
    changed = [*records[:place], Reject("x", "other", "changed"), *records[place + 1 :]]
    assert digests != [shard.digest for shard in cut_shards(changed, size)]


@given(st.lists(st.sampled_from(["a", "b", "a~2", "a~3", "b~2", "\ud800"]), max_size=40))
def test_ids_become_unique_and_stay_where_they_are(names: list[str]) -> None:
    ids = UniqueIds()
    given_ids = [ids.apply(replace(ARTICLE, id=name)).id for name in names]
    assert len(set(given_ids)) == len(names)
    assert all(new.startswith(old) for new, old in zip(given_ids, names, strict=True))


@pytest.fixture
def _few_recent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shards, "_RECENT", 8)
    yield


@pytest.mark.usefixtures("_few_recent")
def test_ids_are_remembered_however_long_ago() -> None:
    ids = UniqueIds()
    for i in range(100):
        assert ids.apply(replace(ARTICLE, id=f"{i}")).id == f"{i}"
    found = [ids.apply(replace(ARTICLE, id="7")).id for _ in range(20)]
    assert found == [f"7~{n}" for n in range(2, 22)]
