"""Scoring an archive: articles in, one row a sentence out, shard by shard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from pathlib import Path
from typing import Any

from framescope.data.articles import Article, read_articles
from framescope.data.articles.read import Source
from framescope.data.errors import InputError, Stopped
from framescope.data.lines import STDIN
from framescope.inference.checkpoint import open_checkpoint
from framescope.inference.interruption import Interruption
from framescope.inference.plan import build_plan
from framescope.inference.progress import scoring_progress
from framescope.inference.runners.local import LocalRunner
from framescope.inference.runners.runner import Run, Runner
from framescope.inference.shards import ShardSize, cut_shards
from framescope.models.classifier import FrameClassifier

Mapped = Mapping[str, tuple[str, ...]]


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
    runner: Runner | None = None,
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
        runner: What scores the shards with that classifier; this process and its workers if None.

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
        "part": classifier.part and classifier.part.as_json(),
        "shard": asdict(size),
    }
    runner = runner or LocalRunner(classifier, workers)
    plan = build_plan(classifier, sources, told, metrics) | {"computed": runner.computed}
    _require_an_article(sources, mapping)
    with open_checkpoint(output.resolve(), plan, overwrite=overwrite) as checkpoint:
        if checkpoint.complete:
            return checkpoint.finish(0, classifier)
        interruption = Interruption()
        try:
            with interruption.watched(), scoring_progress(_total(sources)) as progress:
                records = read_articles(_steady(sources), mapping)
                shards = cut_shards(records, size, classifier.part)
                run = Run(checkpoint, interruption, progress, abstain)
                return checkpoint.finish(runner.score(shards, run), classifier)
        except KeyboardInterrupt as error:
            code = 128 + (interruption.asked or 0)
            raise Stopped(f"stopped; {checkpoint.leave()}", code=code) from error
        except (InputError, OSError, BrokenProcessPool) as error:
            raise InputError(f"{_one_line(error)}; {checkpoint.leave()}") from error


def _require_an_article(sources: Sequence[Source], mapping: Mapped) -> None:
    """Look for a first article before anything is touched, where reading twice costs nothing."""
    if any(source.path == STDIN or source.remote for source in sources):
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


def _state(source: Source) -> object:
    if source.remote:
        return source.remote.state()
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
