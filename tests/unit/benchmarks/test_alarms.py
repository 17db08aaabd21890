from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from benchmarks import alarms, gold
from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles import Article, Reject
from framescope.data.codebook import Codebook
from framescope.models.classifier import FrameClassifier
from framescope.models.scope import Scope
from framescope.training.fit import fit_linear

ENGLISH = "Nobody was hurt when the fire broke out in a warehouse near the station."
RUSSIAN = "Пожар на складе у вокзала потушен, пострадавших нет."


def article(name: str, title: str, text: str) -> Article:
    return Article(name, "outlet", date(2024, 1, 1), "", title, text)


@pytest.fixture
def model(codebook: Codebook, sentences: list[AnnotatedSentence]) -> FrameClassifier:
    classifier = fit_linear(sentences, codebook, seed=0).classifier
    return replace(classifier, scope=Scope(("en",)))


def test_what_score_abstains_from_is_no_alarm(model: FrameClassifier) -> None:
    records = [
        article("a", "", ENGLISH),
        Reject("b", "b", "empty"),
        # A short title goes with the article that it stands over.
        article("c", "Novosti", f"{RUSSIAN} {RUSSIAN}"),
        article("d", "12.5 13.7 14.2 15.9", ENGLISH),
    ]
    assert list(alarms.sentences(records, model, seed=7)) == [ENGLISH]


@pytest.mark.parametrize("benchmark", [alarms, gold])
def test_without_the_real_texts_it_is_skipped_and_said(
    benchmark: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(alarms, "ARCHIVE", tmp_path / "none.parquet")
    monkeypatch.setattr(gold, "REAL", tmp_path)
    benchmark.main()
    assert "skipped" in capsys.readouterr().out
