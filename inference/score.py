"""Scoring an archive: articles in, one row a sentence out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np

from framescope.data.articles import Reject, read_articles
from framescope.data.articles.read import Source
from framescope.data.console import ProgressBar, progress_bar
from framescope.data.errors import InputError
from framescope.data.output import require_absent, whole_folder, write_json
from framescope.inference.manifest import build_manifest
from framescope.inference.repeats import RecentSentences, Seen
from framescope.inference.sentences import ArticleSentence, cut_articles
from framescope.inference.table import ShardWriter, scored_schema, scored_table
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import Scores
from framescope.models.scope import REASONS, Reason
from framescope.models.staged import joined

#: Sentences scored together: enough to sort by length, few enough for flat memory.
_WINDOW = 8192
_MARKER = "manifest.json"


class _Run:
    """One scoring run: what is counted, rejected and remembered on the way."""

    def __init__(self, classifier: FrameClassifier, rejects: IO[str], bar: ProgressBar) -> None:
        self.classifier, self._rejects, self._bar = classifier, rejects, bar
        self.counts: Counter[str] = Counter(articles=0, sentences=0, duplicates=0, rejected=0)
        self.counts.update({f"abstained_{reason}": 0 for reason in REASONS})
        # Apart from those: a frame may be called like one of them.
        self.frames: Counter[str] = Counter()
        self.cascade: Counter[str] = Counter()
        self.first_reject: Reject | None = None
        self._recent = RecentSentences()

    def count_article(self) -> None:
        self.counts["articles"] += 1
        self._bar.advance()

    def keep_reject(self, reject: Reject) -> None:
        self.first_reject = self.first_reject or reject
        self.counts["rejected"] += 1
        row = {"record": reject.record, "place": reject.place, "reason": reject.reason}
        self._rejects.write(json.dumps(row, ensure_ascii=False) + "\n")

    def score(self, sentences: Sequence[ArticleSentence]) -> Any:
        """The table of a window of sentences; each distinct new text is scored once."""
        scored = [s for s in sentences if s.abstained is None]
        scores, first = self._scores(scored)
        firsts = dict(zip((s.id for s in scored), first, strict=True))
        duplicates = [o if (o := firsts.get(s.id)) != s.id else None for s in sentences]
        self.counts["sentences"] += len(sentences)
        self.counts["duplicates"] += sum(d is not None for d in duplicates)
        self.counts.update(f"abstained_{s.abstained}" for s in sentences if s.abstained)
        self.frames.update(self._present(scores.present.sum(axis=0)))
        return scored_table(sentences, duplicates, scores, self.classifier.space)

    def _scores(self, sentences: Sequence[ArticleSentence]) -> tuple[Scores, list[str]]:
        """Scores of sentences, and for each the id of the first with its text."""
        keys = [self._recent.key(s.text) for s in sentences]
        known: dict[bytes, Seen] = {k: s for k in keys if (s := self._recent.get(k)) is not None}
        fresh = {
            k: s for k, s in reversed(list(zip(keys, sentences, strict=True))) if k not in known
        }
        scores, counts = self.classifier.cascaded_scores([s.text for s in fresh.values()])
        self.cascade.update(counts)
        for row, (key, sentence) in enumerate(fresh.items()):
            known[key] = Seen(sentence.id, scores.take(np.array([row])))
            self._recent.add(key, known[key])
        # The empty part is for a window in which nothing is scored.
        nothing = scores.take(np.array([], np.int64))
        every = joined([nothing, *(known[key].scores for key in keys)])
        return every, [known[key].id for key in keys]

    def _present(self, totals: Any) -> dict[str, int]:
        return {f: int(n) for f, n in zip(self.classifier.space.frames, totals, strict=True)}


def score_archive(
    sources: Sequence[Source],
    mapping: Mapping[str, tuple[str, ...]],
    classifier: FrameClassifier,
    output: Path,
    *,
    settings: Mapping[str, Any],
    metrics: Mapping[str, Any] | None = None,
    abstain: bool = True,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Score every sentence of an archive into a folder; see docs/formats.md for its columns.

    Args:
        sources: Files to read.
        mapping: Columns named by the user.
        classifier: What scores.
        output: The folder; it is there whole at the end, or not at all.
        settings: Settings of the run, for the manifest, which adds thresholds and abstaining.
        metrics: The bundle's own metrics, for the manifest.
        abstain: Leave sentences outside the model's scope without scores (decision 9).
        overwrite: Replace a folder that is there.

    Returns:
        The manifest.

    Raises:
        InputError: ``output`` exists, a named file cannot be read, or no article was found.
    """
    require_absent(output, overwrite=overwrite, marker=_MARKER)
    with whole_folder(output, overwrite=overwrite, marker=_MARKER) as folder:
        counts = _score_into(folder, sources, mapping, classifier, abstain=abstain)
        told = {
            **settings,
            "thresholds": classifier.thresholds,
            "abstain": abstain,
            "cascade": classifier.cascade is not None,
        }
        manifest = build_manifest(classifier, sources, counts, told, metrics)
        write_json(folder / "manifest.json", manifest)
    return manifest


def _score_into(
    folder: Path,
    sources: Sequence[Source],
    mapping: Mapping[str, tuple[str, ...]],
    classifier: FrameClassifier,
    *,
    abstain: bool,
) -> dict[str, Any]:
    (folder / "sentences").mkdir()
    shards = ShardWriter(folder / "sentences", scored_schema(classifier.space))
    with (
        (folder / "rejected.jsonl").open("w", encoding="utf-8") as rejects,
        progress_bar("Scoring", total=None, unit="articles") as bar,
        shards as writer,
    ):
        run = _Run(classifier, rejects, bar)
        sentences = cut_articles(
            read_articles(sources, mapping),
            classifier.codebook.language,
            judge=classifier.scope.judge if abstain else _score_all,
            on_article=run.count_article,
            on_reject=run.keep_reject,
        )
        for window in _windows(sentences):
            writer.write(run.score(window))
    if not run.counts["articles"]:
        reject = run.first_reject
        why = f"; first reject: {reject.place}: {reject.reason}" if reject else ""
        raise InputError(f"no article to score in {_names(sources)}{why}")
    return {**run.counts, "frames": dict(run.frames), "cascade": dict(run.cascade)}


def _score_all(article: Sequence[str]) -> list[Reason | None]:
    return [None] * len(article)


def _windows(sentences: Iterator[ArticleSentence]) -> Iterator[list[ArticleSentence]]:
    while window := list(islice(sentences, _WINDOW)):
        yield window


def _names(sources: Iterable[Source]) -> str:
    names = [source.name for source in sources]
    return names[0] if len(names) == 1 else f"{len(names)} files"
