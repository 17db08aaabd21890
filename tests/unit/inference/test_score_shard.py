from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles import Article, Reject
from framescope.data.codebook import Codebook
from framescope.inference.score_shard import add_counts, score_shard
from framescope.models.classifier import FrameClassifier
from framescope.training.fit import fit_linear

ARTICLE = Article("a", "North", None, "", "Tanks shipped to the army", "It rained.\nIt  rained.")
RECORDS = [ARTICLE, Reject("x", "in:2", "broken"), replace(ARTICLE, id="b", title="", text=" ")]


@pytest.fixture
def classifier(codebook: Codebook, sentences: list[AnnotatedSentence]) -> FrameClassifier:
    return fit_linear(sentences, codebook, seed=0).classifier


def test_a_shard_follows_from_its_records_alone_and_travels_between_processes(
    classifier: FrameClassifier,
) -> None:
    first = score_shard(classifier, RECORDS, abstain=True)
    score_shard(classifier, [replace(ARTICLE, id="other")], abstain=True)
    sent = pickle.loads(pickle.dumps(RECORDS))
    again = pickle.loads(pickle.dumps(score_shard(classifier, sent, abstain=True)))
    assert again.table.equals(first.table)
    assert (again.rejects, again.counts) == (first.rejects, first.counts)


def test_counts_and_rejects_tell_what_became_of_every_record(classifier: FrameClassifier) -> None:
    shard = score_shard(classifier, RECORDS, abstain=True)
    assert [reject.reason for reject in shard.rejects] == ["broken", "no sentence in the text"]
    counts = shard.counts
    assert (counts["articles"], counts["rejected"]) == (1, 2)
    assert counts["sentences"] == shard.table.num_rows == 3
    assert shard.table["duplicate_of"].to_pylist() == [None, None, "a#1"]
    assert counts["duplicates"] == 1
    present = shard.table.to_pylist()
    assert counts["frames"] == {f: sum(r[f] for r in present) for f in ("help", "trade")}


def test_repeated_sentences_are_scored_once(
    classifier: FrameClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    logits = classifier.scorer.logits
    monkeypatch.setattr(
        classifier.scorer, "logits", lambda given: texts.extend(given) or logits(given)
    )
    shard = score_shard(classifier, [ARTICLE, replace(ARTICLE, id="b")], abstain=True)
    assert sorted(texts) == ["It rained.", "Tanks shipped to the army"]
    rows = shard.table.to_pylist()
    assert [row["duplicate_of"] for row in rows] == [None, None, "a#1", "a#0", "a#1", "a#1"]
    assert rows[3]["help_probability"] == rows[0]["help_probability"]


def test_a_shard_of_rejects_has_no_rows(classifier: FrameClassifier) -> None:
    shard = score_shard(classifier, RECORDS[1:], abstain=True)
    assert shard.table.num_rows == shard.counts["articles"] == 0
    assert len(shard.rejects) == 2


def test_counts_add_up_level_by_level() -> None:
    total = add_counts({}, {"articles": 1, "frames": {"help": 2}})
    assert add_counts(total, {"articles": 3, "frames": {"help": 4}}) == {
        "articles": 4,
        "frames": {"help": 6},
    }
