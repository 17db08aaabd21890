"""Scoring on a Ray of this machine: the same bytes, also where a worker is killed in mid-run."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scoring.kills import content
from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError, Stopped
from framescope.inference.runners.ray_pool import RayPool
from framescope.inference.runners.ray_runner import RayRunner, ray_runner
from framescope.inference.score import score_archive
from framescope.inference.shards import ShardSize
from framescope.models.bundle import load_bundle, save_bundle
from framescope.models.classifier import FrameClassifier
from framescope.training.fit import fit_linear

ray = pytest.importorskip("ray")
psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.slow
SHARDS = 12


@pytest.fixture(scope="module", autouse=True)
def _ray_of_two_cores() -> Iterator[None]:
    """One Ray for all tests; the code under test joins it."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112  (its name)
    source = Path(__file__).parents[2] / "src"
    env = {"env_vars": {"PYTHONPATH": str(source)}}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=env)
    yield
    ray.shutdown()


@pytest.fixture
def bundle(tmp_path: Path, sentences: list[AnnotatedSentence], codebook: Codebook) -> Path:
    folder = tmp_path / "bundle"
    folder.mkdir()
    save_bundle(folder, fit_linear(sentences, codebook, seed=0).classifier, training={})
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    rows: list[Any] = [
        {"id": f"{i % 50}", "text": f"It rained {i} times. Tanks shipped to the army."}
        for i in range(20 * SHARDS - 1)
    ]
    rows.insert(30, ["no object"])
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def score(archive: Path, model: FrameClassifier, output: Path, runner: RayRunner | None) -> None:
    size = ShardSize(records=20)
    sources = find_sources([archive])
    score_archive(sources, {}, model, output, settings={}, size=size, workers=0, runner=runner)


def kill_a_worker() -> None:
    below = psutil.Process().children(recursive=True)
    worker = next(p for p in below if p.name().startswith("ray::RayWorker"))
    worker.send_signal(signal.SIGKILL)


def test_a_worker_killed_in_mid_run_changes_no_byte(
    tmp_path: Path, archive: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_bundle(bundle).bounded(200, ["the team won the match"] * 50)
    score(archive, model, tmp_path / "local", None)
    take, started = RayPool.take, []
    begin = RayPool._begin
    monkeypatch.setattr(RayPool, "_begin", lambda pool: started.append(1) or begin(pool))
    taken = iter(range(SHARDS))

    def take_and_kill(pool: RayPool) -> Any:
        if next(taken) == 2:
            kill_a_worker()
        return take(pool)

    monkeypatch.setattr(RayPool, "take", take_and_kill)
    with ray_runner(model, bundle, partial(load_bundle), workers=2) as runner:
        assert len(started) == 2
        score(archive, model, tmp_path / "ray", runner)
    assert len(started) == 3
    assert content(tmp_path / "ray") == content(tmp_path / "local")
    assert len(list((tmp_path / "ray" / "sentences").iterdir())) == SHARDS


def test_a_stopped_run_goes_on_locally_and_back(
    tmp_path: Path, archive: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_bundle(bundle)
    score(archive, model, tmp_path / "local", None)
    take, taken = RayPool.take, iter(range(SHARDS))

    def take_and_stop(pool: RayPool) -> Any:
        if next(taken) == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        return take(pool)

    on_ray = ray_runner(model, bundle, partial(load_bundle), workers=2)
    stopped = pytest.raises(Stopped, match="5 scored shards kept")
    with monkeypatch.context() as patch, on_ray as runner, stopped:
        patch.setattr(RayPool, "take", take_and_stop)
        score(archive, model, tmp_path / "ray", runner)
    score(archive, model, tmp_path / "ray", None)
    assert content(tmp_path / "ray") == content(tmp_path / "local")


def test_a_bundle_that_a_worker_cannot_load_is_one_line(bundle: Path) -> None:
    model = load_bundle(bundle)
    (bundle / "thresholds.json").write_text("{}")
    altered = ray_runner(model, bundle, partial(load_bundle), workers=1)
    with pytest.raises(InputError, match=r"^\S+: the bundle was altered or half copied"), altered:
        pass
