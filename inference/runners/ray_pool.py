"""A pool of actors that outlives its members: the shards of one that dies go to the others."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from framescope.data.errors import InputError
from framescope.data.provenance import versions
from framescope.inference.score_shard import ScoredShard
from framescope.inference.shards import Shard

#: Shards of an actor: it scores one while the next is on its way.
_EACH = 2
_MOST_DEATHS = 3


@dataclass(frozen=True, slots=True)
class _Job:
    """A shard to score."""

    shard: Shard
    abstain: bool


class RayPool:
    """Actors that score shards in any order, and hold few of them at a time: memory stays flat.

    Ray could restart actors itself, but waits for the place of one whose machine is gone with the
    shards that it had, while all others are idle.

    Args:
        ray: The module, joined to a cluster.
        start: Makes one actor; it, and the reference of what it tells when it is ready.
        workers: Number of actors.

    Attributes:
        about: What decides the bytes that the actors make; all of them agree on it.

    Raises:
        InputError: An actor cannot start, or they would make other bytes than this process.
    """

    def __init__(self, ray: Any, start: Callable[[], tuple[Any, Any]], workers: int) -> None:
        self._ray, self._start, self._limit = ray, start, _EACH * workers
        self._ready: list[Any] = []
        #: What each reference stands for: an actor, and its job, or None while it starts.
        self._tasks: dict[Any, tuple[Any, _Job | None]] = {}
        self._waiting: deque[_Job] = deque()
        self._deaths: Counter[str] = Counter()
        self.about: dict[str, Any] = versions()
        for _ in range(workers):
            self._begin()
        while len(self._ready) < workers:
            self._finished()

    @property
    def held(self) -> int:
        """Number of shards that were submitted and have not come back."""
        return len(self._waiting) + sum(job is not None for _, job in self._tasks.values())

    @property
    def full(self) -> bool:
        """Whether every actor has a shard to score, and one more."""
        return self.held >= self._limit

    def submit(self, shard: Shard, *, abstain: bool) -> None:
        """Give a shard to the actor with the fewest."""
        self._waiting.append(_Job(shard, abstain))
        self._hand_out()

    def take(self) -> tuple[Shard, ScoredShard]:
        """Wait for any of the shards that are held.

        Raises:
            InputError: Actors died of it again and again.
        """
        while True:
            done = self._finished()
            self._hand_out()
            if done is not None:
                return done

    def close(self) -> None:
        """End the actors, and what they are doing."""
        for actor in {*self._ready, *(actor for actor, _ in self._tasks.values())}:
            self._ray.kill(actor)

    def _begin(self) -> None:
        actor, reference = self._start()
        self._tasks[reference] = (actor, None)

    def _hand_out(self) -> None:
        while self._waiting and self._ready:
            load = Counter(actor for actor, _ in self._tasks.values())
            actor = min(self._ready, key=load.__getitem__)
            if load[actor] >= _EACH:
                return
            job = self._waiting.popleft()
            reference = actor.score.remote(job.shard.records, abstain=job.abstain)
            self._tasks[reference] = (actor, job)

    def _finished(self) -> tuple[Shard, ScoredShard] | None:
        """Wait for any task; the shard, if it was one and came to its end."""
        errors = self._ray.exceptions
        reference = self._ray.wait(list(self._tasks), num_returns=1)[0][0]
        actor, job = self._tasks.pop(reference)
        try:
            result = self._ray.get(reference)
        except errors.RayTaskError as error:  # its own fault, not that of its process
            raise error.cause from None
        except errors.RayError as error:
            self._lost(actor, job, error)
            return None
        if job is None:
            self._welcome(actor, result)
            return None
        return job.shard, result

    def _welcome(self, actor: Any, about: dict[str, Any]) -> None:
        expected = {"computed": about["computed"]} | self.about
        for name in sorted(expected.keys() | about.keys()):
            if expected.get(name) != about.get(name):
                problem = f"a worker has {name} {about.get(name)}, others {expected.get(name)}"
                raise InputError(problem, expected="the same on all machines, this one too")
        self.about = expected
        self._ready.append(actor)

    def _lost(self, actor: Any, job: _Job | None, error: Exception) -> None:
        """Put another actor in the place of one that died; its shards are the next to score."""
        what = job.shard.name if job else "a start"
        self._deaths[what] += 1
        if self._deaths[what] > _MOST_DEATHS:
            why = str(error).strip().splitlines()[-1]
            raise InputError(f"a worker of Ray ended at {what}: {why}") from error
        if job:
            self._waiting.appendleft(job)
        if job is None or actor in self._ready:  # not with each of its shards
            with suppress(ValueError):
                self._ready.remove(actor)
            self._ray.kill(actor)
            self._begin()
