"""Joining or starting Ray, and sharing out its processors."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from framescope.data.errors import InputError
from framescope.models.device import Device


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of the cluster: its processor cores and GPUs."""

    cores: int
    gpus: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """How many workers there are, and what each of them gets."""

    workers: int
    threads: int
    gpus: int


@contextmanager
def ray_session() -> Iterator[Any]:
    """The module ``ray``, joined to a cluster, or to a Ray of this machine for the block alone.

    The cluster is that of ``RAY_ADDRESS``, else one that runs on this machine (``ray start``).

    Raises:
        InputError: Ray is not installed, or there is no cluster at that address.
    """
    if find_spec("ray") is None:
        raise InputError("Ray is not installed", expected="pip install 'framescope[ray]'")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would be sent over the network
    # Of a Ray of our own: workers are else so nice that other work on the machine stops them.
    os.environ.setdefault("RAY_worker_niceness", "0")
    import ray

    joined = ray.is_initialized()
    if not joined:
        try:
            ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise InputError(
                f"cannot reach Ray: {error}", expected="RAY_ADDRESS=host:6379"
            ) from error
    try:
        yield ray
    finally:
        if not joined:
            ray.shutdown()


def nodes_of(ray: Any) -> list[Node]:
    """The machines of the cluster that are up."""
    resources = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    return [Node(int(r.get("CPU", 0)), int(r.get("GPU", 0))) for r in resources]


def share_out(nodes: Sequence[Node], workers: int | None, device: Device) -> Share:
    """A GPU for each worker, or none, and threads so that no core gets two.

    Args:
        nodes: The machines.
        workers: Their number; if None one for each GPU, or for every two cores.
        device: ``auto`` takes GPUs where any machine has them.

    Raises:
        InputError: There are fewer cores or GPUs than workers.
    """
    gpu = device == "cuda" or (device == "auto" and any(node.gpus for node in nodes))
    usual = sum(node.gpus if gpu else node.cores // 2 for node in nodes)
    wanted = max(1, usual) if workers is None else workers
    for threads in range(max((node.cores for node in nodes), default=0), 0, -1):
        if sum(_fitting(node, threads, gpu=gpu) for node in nodes) >= wanted:
            return Share(wanted, threads, int(gpu))
    have = sum(_fitting(node, 1, gpu=gpu) for node in nodes)
    problem = f"{wanted} workers, and {'GPUs' if gpu else 'cores'} of Ray for {have}"
    raise InputError(problem, expected=f"--workers {max(have, 1)}, or a larger cluster")


def _fitting(node: Node, threads: int, *, gpu: bool) -> int:
    """Workers of so many threads that a machine has room for."""
    return min(node.cores // threads, node.gpus) if gpu else node.cores // threads
