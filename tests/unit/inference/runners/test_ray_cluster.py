"""Sharing out processors and GPUs, and a machine without Ray."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.data.errors import InputError
from framescope.inference.runners import ray_cluster
from framescope.inference.runners.ray_cluster import Node, Share, ray_session, share_out

machines = st.lists(st.builds(Node, cores=st.integers(0, 16), gpus=st.integers(0, 4)), min_size=1)


@given(nodes=machines, workers=st.integers(1, 40))
def test_no_core_is_given_twice_and_none_is_spared(nodes: list[Node], workers: int) -> None:
    room = sum(node.cores for node in nodes)
    if room < workers:
        with pytest.raises(InputError, match=f"{workers} workers, and cores of Ray for {room}"):
            share_out(nodes, workers, "cpu")
        return
    threads = share_out(nodes, workers, "cpu").threads
    assert sum(node.cores // threads for node in nodes) >= workers
    assert sum(node.cores // (threads + 1) for node in nodes) < workers


def test_each_worker_has_a_gpu_where_there_are_any() -> None:
    nodes = [Node(8), Node(16, gpus=2), Node(16, gpus=4)]
    assert share_out(nodes, None, "auto") == Share(workers=6, threads=4, gpus=1)
    assert share_out(nodes, 2, "cuda") == Share(workers=2, threads=16, gpus=1)
    assert share_out(nodes, None, "cpu") == Share(workers=20, threads=2, gpus=0)
    with pytest.raises(InputError, match="7 workers, and GPUs of Ray for 6; expected --workers 6"):
        share_out(nodes, 7, "auto")
    with pytest.raises(InputError, match="GPUs of Ray for 0"):
        share_out([Node(4)], None, "cuda")


def test_one_core_is_one_worker() -> None:
    assert share_out([Node(1)], None, "auto") == Share(workers=1, threads=1, gpus=0)


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_cluster, "find_spec", lambda _: None)
    wish = r"Ray is not installed; expected pip install 'framescope\[ray\]'"
    with pytest.raises(InputError, match=wish), ray_session():
        pass
