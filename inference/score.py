"""Scoring an archive: articles in, one row a sentence out, shard by shard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from framescope.data.articles import Article, read_articles
from framescope.data.articles.read import Source
from framescope.data.errors import InputError, Stopped
from framescope.data.lines import STDIN
from framescope.inference.ahead import run_ahead
from framescope.inference.checkpoint import Checkpoint, open_checkpoint
from framescope.inference.cutting import Cutting, default_workers
from framescope.inference.interruption import Interruption
from framescope.inference.plan import build_plan
from framescope.inference.progress import ScoringProgress, scoring_progress
from framescope.inference.score_shard import Counts, cutter_of, score_cut
from framescope.inference.sentences import CutArticles
from framescope.inference.shards import Shard, ShardSize, cut_shards
from framescope.models.classifier import FrameClassifier

Mapped = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A shard, and either its counts, if it is on the disk, or its sentences, when they are cut."""

    shard: Shard
    done: Counts | None
    cut: Future[CutArticles] | None


def score_archive(
    sources: Sequence[Source],
    mapping: Mapped,
    classifier: FrameClassifier,
    output: Path,
    *,
    settings: Mapping[str, Any],
    metrics: Mapping[str, Any] | None = None,
    abstain: bool = True,
    overwrite: bool = False,
    size: ShardSize | None = None,
    workers: int | None = None,
) -> dict[str, Any]:
    """Score every sentence of an archive into a folder; see docs/formats.md for its columns.

    A run that was stopped goes on, and ends with the same bytes as one that was not.

    Args:
        sources: Files to read.
        mapping: Columns named by the user.
        classifier: What scores.
        output: The folder; it is complete when it holds a manifest.
        settings: Settings of the run, for the manifest, which adds thresholds and abstaining.
        metrics: The bundle's own metrics, for the manifest.
        abstain: Leave sentences outside the model's scope without scores (decision 9).
        overwrite: Replace a scored archive, and a run that was begun otherwise.
        size: Where shards end.
        workers: Processes that cut articles into sentences; by the number of cores if None.

    Returns:
        The manifest.

    Raises:
        InputError: ``output`` holds something else or a run begun otherwise, an input cannot be
            read or has changed, no article was found, or the disk is full.
        Stopped: Ctrl-C or SIGTERM.
    """
    size = size or ShardSize()
    told = {
        **settings,
        "thresholds": classifier.thresholds,
        "abstain": abstain,
        "cascade": classifier.cascade is not None,
        "shard": asdict(size),
    }
    plan = build_plan(classifier, sources, told, metrics)
    _require_an_article(sources, mapping)
    workers = default_workers() if workers is None else workers
    with open_checkpoint(output.resolve(), plan, overwrite=overwrite) as checkpoint:
        if checkpoint.complete:
            return checkpoint.finish(0, classifier.cascade)
        cutting = Cutting(cutter_of(classifier, abstain=abstain), workers)
        interruption = Interruption()
        try:
            with interruption.watched(), scoring_progress(_total(sources)) as progress, cutting:
                shards = cut_shards(read_articles(_steady(sources), mapping), size)
                # One shard ready, and one for each worker under way.
                prepared = run_ahead(_prepare(shards, checkpoint, cutting), depth=workers + 1)
                with closing(prepared):
                    count = _score(prepared, classifier, checkpoint, interruption, progress)
                return checkpoint.finish(count, classifier.cascade)
        except KeyboardInterrupt as error:
            code = 128 + (interruption.asked or 0)
            raise Stopped(f"stopped; {checkpoint.leave()}", code=code) from error
        except (InputError, OSError, BrokenProcessPool) as error:
            raise InputError(f"{_one_line(error)}; {checkpoint.leave()}") from error


def _prepare(
    shards: Iterator[Shard], checkpoint: Checkpoint, cutting: Cutting
) -> Iterator[_Prepared]:
    for shard in shards:
        done = checkpoint.done(shard)
        yield _Prepared(shard, done, None if done else cutting.submit(shard.records))


def _score(
    prepared: Iterator[_Prepared],
    classifier: FrameClassifier,
    checkpoint: Checkpoint,
    interruption: Interruption,
    progress: ScoringProgress,
) -> int:
    """Score what is not done, each shard written while the next is scored; number of shards."""
    number, saving = 0, None
    with ThreadPoolExecutor(1, "writer") as writer:
        for number, task in enumerate(prepared, start=1):  # noqa: B007  (asked for after the loop)
            if task.cut is None:
                progress.add(task.done or {}, task.shard.bytes_read, skipped=True)
                continue
            with interruption.finishing():
                scored = score_cut(classifier, task.cut.result())
                if saving:
                    saving.result()
                saving = writer.submit(checkpoint.save, task.shard, scored)
                progress.add(scored.counts, task.shard.bytes_read, skipped=False)
        if saving:
            saving.result()
    return number


def _require_an_article(sources: Sequence[Source], mapping: Mapped) -> None:
    """Look for a first article before anything is touched; standard input has only one reading."""
    if any(source.path == STDIN for source in sources):
        return
    reject = None
    for record in read_articles(sources, mapping):
        if isinstance(record, Article):
            return
        reject = reject or record
    names = sources[0].name if len(sources) == 1 else f"{len(sources)} files"
    why = f"; first reject: {reject.place}: {reject.reason}" if reject else ""
    raise InputError(f"no article to score in {names}{why}")


def _steady(sources: Iterable[Source]) -> Iterator[Source]:
    """The sources, one by one, each watched while it is read.

    Raises:
        InputError: One is gone, or has changed while it was read.
    """
    for source in sources:
        before = _state(source)
        yield source
        if _state(source) != before:
            raise InputError("it changed while it was read", path=source.path)


def _state(source: Source) -> tuple[int, int]:
    if source.path == STDIN or source.fault:
        return 0, 0
    try:
        found = source.path.stat()
    except OSError as error:
        raise InputError(f"it has vanished: {error.strerror}", path=source.path) from error
    return found.st_size, found.st_mtime_ns


def _total(sources: Iterable[Source]) -> int | None:
    if any(source.path == STDIN for source in sources):
        return None
    return sum(source.size or 0 for source in sources)


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}"
    if isinstance(error, BrokenProcessPool):
        return "a process that cuts articles was killed (is memory short?)"
    return str(error)
