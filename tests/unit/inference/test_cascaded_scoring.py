"""Scoring with a first stage, from the sentences to the manifest and the comparison."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.inference.manifest import open_scored
from framescope.inference.score import score_archive
from framescope.models.cascade import Cascade, drawn, first_scores
from framescope.models.classifier import FrameClassifier
from framescope.models.linear import LinearScorer
from framescope.training.fit import fit_linear

RAIN = [f"It rained on day {day}." for day in range(300)]
ARTICLES = [
    {"id": "a", "outlet": "North", "text": "Indeed tanks shipped to the army. " + " ".join(RAIN)},
    {"id": "b", "outlet": "South", "text": "It rained on day 7. Not loans from a new bank."},
]


class TwoStages(LinearScorer):
    """A linear model whose second stage doubts what the first one says."""

    def first_logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.logits(texts)

    def full_logits(self, texts: Sequence[str], first: NDArray[np.float32]) -> NDArray[np.float32]:
        assert len(texts) == len(first)
        return first * np.float32(0.9)


@pytest.fixture
def classifier(codebook: Codebook, sentences: list[AnnotatedSentence]) -> FrameClassifier:
    found = fit_linear(sentences, codebook, seed=0).classifier
    linear = found.scorer
    assert isinstance(linear, LinearScorer)
    linear.__class__ = TwoStages
    texts = [ARTICLES[0]["text"].split(". ")[0] + ".", "Not loans from a new bank."]
    cutoff = first_scores(linear.logits(texts)).min()
    cascade = Cascade(np.ones(2), np.full(300, cutoff - 0.1), np.ones(300), held_out=900)
    return replace(found, cascade=cascade)


def score(folder: Path, classifier: FrameClassifier) -> tuple[Path, list[dict[str, Any]]]:
    source, output = folder / "in.jsonl", folder / f"scored-{classifier.cascade is not None}"
    source.write_text("".join(json.dumps(a) + "\n" for a in ARTICLES), encoding="utf-8")
    score_archive(find_sources([source]), {}, classifier, output, settings={}, abstain=False)
    return output, pq.read_table(output / "sentences").to_pylist()


def test_discarded_sentences_are_marked_and_counted(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    output, rows = score(tmp_path, classifier)
    rain = [r for r in rows if r["text"].startswith("It rained")]
    sample = drawn([r["text"] for r in rain])
    assert 0 < sample.sum() < 20
    assert [r["discarded"] for r in rain] == (~sample).tolist()
    assert [r["discarded"] for r in rows if not r["text"].startswith("It rained")] == [False] * 2
    assert not any(r["help"] or r["trade"] for r in rows if r["discarded"])
    assert all(r["help_probability"] is not None for r in rows)
    manifest = json.loads((output / "manifest.json").read_text())
    assert manifest["settings"]["cascade"] is True
    counts = manifest["counts"]["cascade"]
    # Day 7 came twice and is one sentence to the model.
    assert counts["discarded"] + counts["checked"] == len(RAIN)
    assert (counts["passed"], counts["passed_flagged"], counts["checked_flagged"]) == (2, 2, 0)
    assert manifest["cascade"]["realised"]["estimate"] == 1.0
    assert manifest["cascade"]["share"] == classifier.cascade.share  # type: ignore[union-attr]


def test_without_a_cascade_everything_is_scored_in_full(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    output, rows = score(tmp_path, replace(classifier, cascade=None))
    assert not any(r["discarded"] for r in rows)
    manifest = json.loads((output / "manifest.json").read_text())
    assert (manifest["settings"]["cascade"], manifest["cascade"]) == (False, None)
    for row in rows[:3]:
        (prediction,) = classifier.predict([row["text"]], abstain=False)
        assert row["help_probability"] == pytest.approx(prediction.probabilities["help"], abs=1e-6)


def test_archives_scored_with_and_without_a_cascade_are_not_compared(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    folders = [score(tmp_path, c)[0] for c in (classifier, replace(classifier, cascade=None))]
    with pytest.raises(InputError, match="cascade"):
        open_scored(folders)
    # An archive from before there was a cascade goes with one scored without.
    manifest = json.loads((folders[1] / "manifest.json").read_text())
    del manifest["settings"]["cascade"], manifest["cascade"]
    older = folders[1].rename(tmp_path / "older")
    (older / "manifest.json").write_text(json.dumps(manifest))
    newer, _ = score(tmp_path, replace(classifier, cascade=None))
    assert len(open_scored([older, newer])) == 2
