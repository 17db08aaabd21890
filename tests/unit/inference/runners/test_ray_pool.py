"""The pool of actors, on a Ray that lives in this process and dies where it is told to."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from framescope.data.errors import InputError
from framescope.data.provenance import versions
from framescope.inference.runners.ray_pool import RayPool
from framescope.inference.shards import Shard


class RayError(Exception):
    pass


class RayTaskError(RayError):
    def __init__(self, cause: Exception) -> None:
        self.cause = cause


class FakeActor:
    """Answers when it is waited for; ``fate`` may raise instead."""

    def __init__(self, fate: Callable[[Any], Any]) -> None:
        def score(records: Any, *, abstain: bool) -> Any:
            assert abstain
            return lambda: fate(records)

        self.score = SimpleNamespace(remote=score)


class FakeRay:
    """The last task that was given is the first to end."""

    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def __init__(self) -> None:
        self.killed: list[Any] = []

    def wait(self, references: list[Any], num_returns: int) -> tuple[list[Any], list[Any]]:
        return references[-num_returns:], references[:-num_returns]

    def get(self, reference: Any) -> Any:
        return reference()

    def kill(self, actor: Any) -> None:
        self.killed.append(actor)


def pool_of(fate: Callable[[Any], Any], workers: int = 2, **about: str) -> tuple[RayPool, FakeRay]:
    ray, told = FakeRay(), versions() | {"computed": "cpu fp32"} | about
    return RayPool(ray, lambda: (FakeActor(fate), lambda: told), workers), ray


def run(pool: RayPool, shards: int) -> list[int]:
    """Numbers of the shards that came back, as the runner asks for them."""
    back: list[int] = []
    for number in range(shards):
        while pool.full:
            back.append(pool.take()[0].number)
        pool.submit(Shard(number, [f"records {number}"]), abstain=True)  # type: ignore[list-item]
        assert pool.held <= 4
    while pool.held:
        back.append(pool.take()[0].number)
    return back


def test_every_shard_comes_back_once() -> None:
    pool, _ = pool_of(lambda records: records)
    assert sorted(run(pool, 9)) == list(range(9))
    assert pool.about["computed"] == "cpu fp32"


def test_shards_of_an_actor_that_dies_go_to_others() -> None:
    deaths = iter([False, True, False, True, True])

    def fate(records: Any) -> Any:
        if next(deaths, False):
            raise RayError("killed")
        return records

    pool, ray = pool_of(fate)
    assert sorted(run(pool, 9)) == list(range(9))
    assert ray.killed


def test_a_shard_that_kills_again_and_again_ends_the_run() -> None:
    def fate(records: Any) -> Any:
        if records == ["records 1"]:
            raise RayError("a trace\nout of memory")
        return records

    pool, ray = pool_of(fate)
    with pytest.raises(InputError, match="a worker of Ray ended at part-00001: out of memory"):
        run(pool, 3)
    assert len(ray.killed) == 3


def test_a_fault_of_the_work_itself_is_not_tried_again() -> None:
    def fate(_: Any) -> Any:
        raise RayTaskError(InputError("the disk is full"))

    with pytest.raises(InputError, match="the disk is full"):
        run(pool_of(fate)[0], 1)


def test_workers_that_would_make_other_bytes_are_refused() -> None:
    with pytest.raises(InputError, match=r"a worker has torch 1\.0, others"):
        pool_of(lambda records: records, torch="1.0")


def test_closing_ends_all_actors() -> None:
    pool, ray = pool_of(lambda records: records, workers=3)
    pool.submit(Shard(0, []), abstain=True)
    pool.close()
    assert len(ray.killed) == 3
