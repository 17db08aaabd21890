"""Scoring on Ray: this process reads, cuts shards and keeps them, workers anywhere score them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from framescope.data.console import tell
from framescope.inference.ahead import run_ahead
from framescope.inference.runners.ray_cluster import Share, nodes_of, ray_session, share_out
from framescope.inference.runners.ray_pool import RayPool
from framescope.inference.runners.ray_worker import Load, RayWorker, bundle_files
from framescope.inference.runners.runner import Run
from framescope.inference.shards import Shard
from framescope.models.classifier import FrameClassifier
from framescope.models.device import Device

_AHEAD = 2


class RayRunner:
    """Scores with a pool of actors; made by ``ray_runner``."""

    def __init__(self, pool: RayPool) -> None:
        self._pool = pool

    @property
    def computed(self) -> str:
        """Device and precision that all workers use."""
        return str(self._pool.about["computed"])

    def score(self, shards: Iterator[Shard], run: Run) -> int:
        """Score and keep what is not done; returns the number of shards in all."""
        number = 0
        prepared = run_ahead(((s, run.checkpoint.done(s)) for s in shards), depth=_AHEAD)
        with closing(prepared):
            for number, (shard, done) in enumerate(prepared, start=1):  # noqa: B007
                if done is not None:
                    run.progress.add(done, shard.bytes_read, skipped=True)
                    continue
                while self._pool.full:
                    self._keep_next(run)
                self._pool.submit(shard, abstain=run.abstain)
            while self._pool.held:
                self._keep_next(run)
        return number

    def _keep_next(self, run: Run) -> None:
        with run.interruption.finishing():
            shard, scored = self._pool.take()
            run.checkpoint.save(shard, scored)
            run.progress.add(scored.counts, shard.bytes_read, skipped=False)


@contextmanager
def ray_runner(
    classifier: FrameClassifier,
    bundle: Path,
    load: Load,
    *,
    workers: int | None = None,
    device: Device = "auto",
) -> Iterator[RayRunner]:
    """A runner with its workers, each with the model in memory, until the block ends.

    Args:
        classifier: What scores: all of it but the scorer, which workers load, is sent to them.
        bundle: Where it was loaded from; its files are sent to the workers.
        load: Loads a bundle on a worker.
        workers: Their number; if None, one for each GPU, or for every two cores.
        device: ``auto`` gives each worker a GPU where the cluster has any.

    Raises:
        InputError: Ray is not installed or cannot be reached, is too small for so many workers, or
            a worker cannot load the bundle.
    """
    with ray_session() as ray:
        share = share_out(nodes_of(ray), workers, device)
        tell(f"Ray: {share.workers} workers, threads of each: {share.threads}, GPUs: {share.gpus}")
        # Sent once, and kept for the actors that take the place of others.
        files = ray.put(bundle_files(bundle))
        worker = ray.remote(RayWorker).options(**_options(share))
        rest = replace(classifier, scorer=None)  # type: ignore[arg-type]  # (each puts in its own)

        def start() -> tuple[Any, Any]:
            actor = worker.remote()
            return actor, actor.start.remote(files, rest, load)

        with closing(RayPool(ray, start, share.workers)) as pool:
            yield RayRunner(pool)


def _options(share: Share) -> dict[str, Any]:
    """Resources of one worker; numeric libraries take no more threads than it has cores."""
    named = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
    threads = dict.fromkeys(named, str(share.threads))
    return {
        "num_cpus": share.threads,
        "num_gpus": share.gpus,
        "max_restarts": 0,
        "runtime_env": {"env_vars": threads},
    }
