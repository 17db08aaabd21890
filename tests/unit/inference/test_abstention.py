"""An archive in several languages, from reading to the figures of the comparison."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.inference.comparison.compare import compare_outlets
from framescope.inference.manifest import open_scored
from framescope.inference.predict import as_json, as_table
from framescope.inference.report import render_report
from framescope.inference.score import score_archive
from framescope.models.classifier import FrameClassifier
from framescope.models.scope import Scope
from framescope.training.fit import fit_linear

RUSSIAN = "Парламент принял закон в четверг. Завтра в столице ожидается сильный дождь."
ARTICLES = [
    {"id": "a", "outlet": "North", "text": "Indeed tanks shipped to the army. It rained."},
    {"id": "b", "outlet": "North", "text": RUSSIAN},
    {"id": "c", "outlet": "North", "text": "Indeed tanks shipped to the army. ***"},
    {"id": "d", "outlet": "South", "text": RUSSIAN},
    {"id": "e", "outlet": "East", "text": "It rained. Indeed drones sold to the front."},
]


@pytest.fixture
def classifier(codebook: Codebook, sentences: list[AnnotatedSentence]) -> FrameClassifier:
    found = fit_linear(sentences, codebook, seed=0).classifier
    return replace(found, scope=Scope.of([s.text for s in sentences], codebook.language))


def score(
    folder: Path, classifier: FrameClassifier, articles: list[Any], *, abstain: bool = True
) -> Path:
    source, output = folder / "in.jsonl", folder / f"scored-{abstain}"
    source.write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
    score_archive(find_sources([source]), {}, classifier, output, settings={}, abstain=abstain)
    return output


def table(output: Path) -> list[dict[str, Any]]:
    return pq.read_table(output / "sentences").to_pylist()


def test_what_is_not_measured_is_null_and_told(tmp_path: Path, classifier: FrameClassifier) -> None:
    output = score(tmp_path, classifier, ARTICLES)
    rows = table(output)
    assert [(r["article_id"], r["abstained"]) for r in rows] == [
        ("a", None), ("a", None), ("b", "language"), ("b", "language"),
        ("c", None), ("c", "unlike_training"), ("d", "language"), ("d", "language"),
        ("e", None), ("e", None),
    ]  # fmt: skip
    for row in rows:
        assert (row["help"] is None) == (row["abstained"] is not None)
        assert (row["trade_probability"] is None) == (row["abstained"] is not None)
        if row["abstained"]:
            assert row["help_stance"] is row["help_stance_probability"] is None
            assert row["duplicate_of"] is None
    assert rows[4]["duplicate_of"] == "a#0"
    assert rows[8]["duplicate_of"] == "a#1"
    manifest = json.loads((output / "manifest.json").read_text())
    counts = manifest["counts"]
    assert (counts["sentences"], counts["duplicates"]) == (10, 2)
    assert (counts["abstained_language"], counts["abstained_unlike_training"]) == (4, 1)
    assert manifest["settings"]["abstain"] is True
    assert manifest["languages"] == ["en"]


def test_scores_are_those_of_an_archive_without_the_foreign_articles(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    mixed = table(score(tmp_path, classifier, ARTICLES))
    (tmp_path / "plain").mkdir()
    plain = table(score(tmp_path / "plain", classifier, [ARTICLES[i] for i in (0, 2, 4)]))
    assert [r for r in mixed if r["article_id"] not in ("b", "d")] == plain


def test_denominators_leave_out_what_was_not_measured(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    output = score(tmp_path, classifier, ARTICLES)
    comparison = compare_outlets(open_scored([output]))
    assert comparison.outlets == ["East", "North"]
    counted = duckdb.sql(
        f"SELECT outlet, count(help), sum(help::int), count(DISTINCT article_id) "
        f"FROM '{output}/sentences/*.parquet' WHERE abstained IS NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    told = [p for p in comparison.by_outlet if p.frame == "help" and p.stance is None]
    assert [(p.outlet, p.sentences, p.count, p.articles) for p in told] == counted
    assert counted[1] == ("North", 3, 2, 2)
    left_out = {(a.outlet, a.reason): a.sentences for a in comparison.abstained}
    assert left_out == {
        ("North", "language"): 2, ("North", "unlike_training"): 1, ("South", "language"): 2,
    }  # fmt: skip
    html = render_report(comparison).html
    assert "4 sentences are left out" in html
    assert "<bdi>North</bdi> 2, <bdi>South</bdi> 2" in html
    assert comparison.unscored_outlets == ["South"]
    assert "5 articles from 3 outlets" in html
    assert "No sentence of <bdi>South</bdi> was scored" in html


def test_the_check_can_be_switched_off(tmp_path: Path, classifier: FrameClassifier) -> None:
    output = score(tmp_path, classifier, ARTICLES, abstain=False)
    rows = table(output)
    assert all(r["abstained"] is None and r["help"] is not None for r in rows)
    assert json.loads((output / "manifest.json").read_text())["settings"]["abstain"] is False


def test_an_archive_that_is_foreign_throughout_is_scored_but_not_compared(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    output = score(tmp_path, classifier, [ARTICLES[1], ARTICLES[3]])
    assert {r["abstained"] for r in table(output)} == {"language"}
    with pytest.raises(InputError, match="no sentence was scored"):
        compare_outlets(open_scored([output]))


def test_predictions_say_that_they_abstain(classifier: FrameClassifier) -> None:
    texts = [RUSSIAN, "Indeed tanks shipped to the army"]
    foreign, own = classifier.predict(texts)
    assert (foreign.text, foreign.abstained, foreign.probabilities) == (RUSSIAN, "language", {})
    assert foreign.frames is foreign.likeliest is None
    assert own == classifier.predict(texts[1:])[0]
    row = json.loads(as_json(foreign))
    assert row["frames"] is row["probabilities"] is None
    assert row["abstained"] == "language"
    assert json.loads(as_json(own))["abstained"] is None
    assert "not measured" in "".join(map(str, as_table([foreign], [None]).columns[1].cells))
    assert classifier.predict([RUSSIAN])[0].abstained == "language"
    assert classifier.predict(texts, abstain=False)[0].probabilities


def test_archives_are_compared_only_if_both_or_neither_abstained(
    tmp_path: Path, classifier: FrameClassifier
) -> None:
    folders = [score(tmp_path, classifier, ARTICLES, abstain=a) for a in (True, False)]
    with pytest.raises(InputError, match="abstain") as told:
        open_scored(folders)
    assert all(str(folder) in str(told.value) for folder in folders)
