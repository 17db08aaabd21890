from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook
from framescope.inference.drift import measure_drift
from framescope.inference.drift.domain import unlikeness
from framescope.inference.drift.stability import stability_index
from framescope.inference.drift.table import drift_table
from framescope.inference.manifest import ScoredArchive, open_scored
from framescope.inference.score import score_archive
from framescope.models.bundle import load_bundle
from framescope.models.classifier import FrameClassifier
from framescope.models.scope import Scope
from tests.conftest import make_sentences
from tests.tiny_bundles import make_bundle

STRANGE = ("Glaciers calved beneath basalt ridges overnight", "Moss colonised granite scree")


@pytest.fixture
def training() -> list[AnnotatedSentence]:
    return make_sentences(stances=True, documents=40)


@pytest.fixture
def model(tmp_path: Path, codebook: Codebook, training: list[AnnotatedSentence]) -> FrameClassifier:
    make_bundle(tmp_path / "bundle", codebook, training)
    loaded = load_bundle(tmp_path / "bundle")
    scope = Scope.of([s.text for s in training], "en")
    return FrameClassifier(loaded.codebook, loaded.scorer, loaded.rule, loaded.hash, scope)


def score(folder: Path, name: str, model: FrameClassifier, strange: bool) -> list[ScoredArchive]:
    """``Known`` writes as the training sentences do; ``Other`` may write of something else."""
    known = [s.text for s in make_sentences(stances=True, documents=10)]
    rows = []
    for i in range(40):
        texts = {"Known": f"{known[i]}. {known[-i]}.", "Other": f"{known[2 * i]}. {known[i]}."}
        if strange:
            texts["Other"] = f"{STRANGE[i % 2]} {i}. {STRANGE[0]}."
        for outlet, text in texts.items():
            month = 1 + i % 2
            day = {"published": f"2024-0{month}-11"}
            rows.append({"id": f"{outlet}{i}", "outlet": outlet, "text": text} | day)
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    sources = find_sources([str(path)])
    score_archive(sources, {}, model, folder / name, settings={}, abstain=False)
    return open_scored([folder / name])


def test_an_outlet_that_writes_of_other_things_has_drifted(
    tmp_path: Path, model: FrameClassifier, training: list[AnnotatedSentence]
) -> None:
    found = measure_drift(score(tmp_path, "scored", model, strange=True), model, training)
    assert {(g.outlet, g.month) for g in found.groups} == {
        (outlet, month) for outlet in ("Known", "Other") for month in (None, "2024-01", "2024-02")
    }
    other, known = (next(g for g in found.groups if g.outlet == o) for o in ("Other", "Known"))
    assert other.measured.unlike_training is not None
    assert other.measured.known_words is not None
    assert other.measured.unlike_training.low > 0.7
    assert other.measured.known_words.high < 0.5 < found.training_known_words
    assert known.measured.known_words is not None
    assert known.measured.known_words.share > 0.9
    assert "many of its words are new" in other.drifted
    assert found.advice[0].startswith("Annotate sentences of Other (most in 2024-0")
    assert drift_table(found).row_count == 6
    json.dumps(found.as_json())


def test_scores_are_compared_with_a_reference(
    tmp_path: Path, model: FrameClassifier, training: list[AnnotatedSentence]
) -> None:
    reference = score(tmp_path, "before", model, strange=False)
    same = measure_drift(reference, model, training, reference=reference)
    moved = measure_drift(
        score(tmp_path, "after", model, strange=True), model, training, reference=reference
    )
    shifts = [
        next(g.measured.score_shift for g in drift.groups if g.outlet == "Other")
        for drift in (same, moved)
    ]
    assert shifts[0] is not None
    assert shifts[1] is not None
    assert shifts[0].share < 0.25 < shifts[1].low
    assert "its scores have shifted since the reference" in moved.groups[3].drifted


def test_what_is_alike_cannot_be_told_apart() -> None:
    random = np.random.default_rng(0)
    words = [f"w{i}" for i in range(50)]
    texts = [" ".join(random.choice(words, 8)) for _ in range(800)]
    numbers = np.arange(400) // 4
    alike = unlikeness(texts[:400], numbers, texts[400:], numbers)
    assert 0.4 < alike.mean() < 0.6
    strange = unlikeness([t.upper() + " moss" for t in texts[:400]], numbers, texts[400:], numbers)
    assert strange.mean() > 0.95


def test_the_stability_index_is_zero_for_the_same_and_grows() -> None:
    random = np.random.default_rng(0)
    before = random.uniform(size=4000)
    articles = np.arange(1000) // 10
    weights = random.multinomial(100, np.full(100, 0.01), size=300)
    same = stability_index(random.uniform(size=1000), articles, weights, before)
    moved = stability_index(random.uniform(size=1000) ** 3, articles, weights, before)
    assert same is not None
    assert moved is not None
    assert same.share < 0.05
    assert 0.25 < moved.low < moved.share < moved.high
    assert stability_index(np.full(10, np.nan), np.zeros(10, int), weights, before) is None
