"""Scoring one shard: a function of its records, the classifier and the settings alone.

Any process that holds the classifier can compute any shard; nothing is shared between shards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from framescope.data.articles import Reject
from framescope.inference.repeats import first_with_text
from framescope.inference.sentences import ArticleSentence, CutArticles, Cutter
from framescope.inference.shards import Record
from framescope.inference.table import scored_table
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import Scores
from framescope.models.scope import REASONS

Counts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScoredShard:
    """What becomes of a shard.

    Attributes:
        table: One row a sentence (``pyarrow.Table``), see ``scored_schema``.
        rejects: Records without a sentence, in order.
        counts: As in the manifest; those of the frames stand apart, under ``frames``.
    """

    table: Any
    rejects: Sequence[Reject]
    counts: Counts


def cutter_of(classifier: FrameClassifier, *, abstain: bool) -> Cutter:
    """What cuts articles for a classifier; without abstaining, every sentence is scored."""
    return Cutter(classifier.codebook.language, classifier.scope if abstain else None)


def score_shard(
    classifier: FrameClassifier, records: Sequence[Record], *, abstain: bool
) -> ScoredShard:
    """Cut and score the records of one shard.

    Args:
        classifier: What scores.
        records: Articles with ids of their own, and rejects.
        abstain: Leave sentences outside the model's scope without scores (decision 9).
    """
    return score_cut(classifier, cutter_of(classifier, abstain=abstain).cut(records))


def score_cut(classifier: FrameClassifier, cut: CutArticles) -> ScoredShard:
    """Score the sentences of one shard; each distinct text once."""
    scored = [s for s in cut.sentences if s.abstained is None]
    first = first_with_text([s.text for s in scored])
    duplicate_of = {
        s.id: scored[f].id for row, (s, f) in enumerate(zip(scored, first, strict=True)) if f != row
    }
    scores, cascaded = _scores(classifier, scored, first)
    duplicates = [duplicate_of.get(s.id) for s in cut.sentences]
    table = scored_table(cut.sentences, duplicates, scores, classifier.space)
    abstained = Counter(s.abstained for s in cut.sentences)
    present = scores.present.sum(axis=0).tolist()
    counts = {
        "articles": cut.articles,
        "sentences": len(cut.sentences),
        "duplicates": len(duplicate_of),
        "rejected": len(cut.rejects),
        **{f"abstained_{reason}": abstained[reason] for reason in REASONS},
        # Apart from those: a frame may be called like one of them.
        "frames": dict(zip(classifier.space.frames, present, strict=True)),
        "cascade": cascaded,
    }
    return ScoredShard(table, cut.rejects, counts)


def _scores(
    classifier: FrameClassifier, sentences: Sequence[ArticleSentence], first: Sequence[int]
) -> tuple[Scores, dict[str, int]]:
    """Scores of m sentences, each those of the first with its text; counts of the first stage."""
    rows, place = np.unique(np.array(first, np.int64), return_inverse=True)
    scores, counts = classifier.cascaded_scores([sentences[row].text for row in rows])
    return scores.take(place), counts


def add_counts(total: Counts, more: Mapping[str, Any]) -> Counts:
    """Counts of two parts of an archive together."""
    return {
        name: add_counts(total.get(name, {}), value)
        if isinstance(value, Mapping)
        else total.get(name, 0) + value
        for name, value in more.items()
    }
