"""Scoring in this process: shards are cut ahead in others, each is written during the next."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from framescope.inference.ahead import run_ahead
from framescope.inference.checkpoint import Checkpoint
from framescope.inference.cutting import Cutting, default_workers
from framescope.inference.runners.runner import Run
from framescope.inference.score_shard import Counts, cutter_of, score_cut
from framescope.inference.sentences import CutArticles
from framescope.inference.shards import Shard
from framescope.models.classifier import FrameClassifier


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A shard, and either its counts, if it is on the disk, or its sentences, when they are cut."""

    shard: Shard
    done: Counts | None
    cut: Future[CutArticles] | None


class LocalRunner:
    """Scores with one model.

    Args:
        classifier: What scores.
        workers: Processes that cut articles into sentences; by the number of cores if None.
    """

    def __init__(self, classifier: FrameClassifier, workers: int | None = None) -> None:
        self._classifier = classifier
        self._workers = default_workers() if workers is None else workers

    @property
    def computed(self) -> str:
        """Device and precision in use, for provenance."""
        return self._classifier.scorer.computed

    def score(self, shards: Iterator[Shard], run: Run) -> int:
        """Score and keep what is not done; returns the number of shards in all."""
        cutting = Cutting(cutter_of(self._classifier, abstain=run.abstain), self._workers)
        # One shard ready, and one for each worker under way.
        prepared = run_ahead(_prepare(shards, run.checkpoint, cutting), depth=self._workers + 1)
        with cutting, closing(prepared):
            return self._score(prepared, run)

    def _score(self, prepared: Iterator[_Prepared], run: Run) -> int:
        number, saving = 0, None
        with ThreadPoolExecutor(1, "writer") as writer:
            for number, task in enumerate(prepared, start=1):  # noqa: B007  (asked for after it)
                if task.cut is None:
                    run.progress.add(task.done or {}, task.shard.bytes_read, skipped=True)
                    continue
                with run.interruption.finishing():
                    scored = score_cut(self._classifier, task.cut.result())
                    if saving:
                        saving.result()
                    saving = writer.submit(run.checkpoint.save, task.shard, scored)
                    run.progress.add(scored.counts, task.shard.bytes_read, skipped=False)
            if saving:
                saving.result()
        return number


def _prepare(
    shards: Iterator[Shard], checkpoint: Checkpoint, cutting: Cutting
) -> Iterator[_Prepared]:
    for shard in shards:
        done = checkpoint.done(shard)
        yield _Prepared(shard, done, None if done else cutting.submit(shard.records))
