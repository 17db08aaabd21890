from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.counts import Cell, GroupCounts, cells_of, count_groups
from framescope.inference.comparison.evidence import (
    Evidence,
    Mention,
    explain_evidence,
    find_evidence,
)
from framescope.inference.comparison.prevalence import estimate_group
from framescope.inference.explain import WordWeight, explain
from framescope.inference.report import render_report
from framescope.models.labels import LabelSpace
from framescope.training.fit import fit_linear

SPACE = LabelSpace(("help",), ("absent", "supports", "disputes"), True)
CELLS = cells_of(SPACE)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    base.execute(
        """CREATE TABLE sentences (outlet VARCHAR, article_id VARCHAR, published DATE, url VARCHAR,
        _archive INT, sentence_index INT, text VARCHAR, help BOOL, help_probability FLOAT,
        help_stance VARCHAR)"""
    )
    rows = [
        ("North", "1", date(2024, 1, 2), 0, True, "supports"),
        ("North", "1", date(2024, 1, 2), 1, False, None),
        ("North", "2", date(2024, 1, 9), 0, True, "supports"),
        ("North", "2", date(2024, 1, 9), 1, False, None),
        ("North", "3", date(2024, 2, 9), 0, True, "disputes"),
        ("So'uth", "1", None, 0, False, None),
    ]
    for outlet, article, day, index, present, stance in rows:
        base.execute(
            "INSERT INTO sentences VALUES (?, ?, ?, NULL, 0, ?, 'text', ?, 0.9, ?)",
            [outlet, article, day, index, present, stance],
        )
    return base


def test_articles_are_counted_by_outlet_and_folded_where_alike(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    north, south = count_groups(connection, CELLS, by_month=False)
    assert (north.outlet, south.outlet, north.month) == ("North", "So'uth", None)
    assert north.articles.tolist() == [1, 2]
    assert (north.articles @ north.hits).tolist() == [3, 2, 1]
    assert int(north.articles @ north.sentences) == 5


def test_months_leave_out_what_has_no_date(connection: duckdb.DuckDBPyConnection) -> None:
    groups = list(count_groups(connection, CELLS, by_month=True))
    assert [(g.outlet, g.month) for g in groups] == [
        ("North", "2024-01-01"),
        ("North", "2024-02-01"),
    ]


def test_evidence_names_every_framed_sentence(connection: duckdb.DuckDBPyConnection) -> None:
    found, total = find_evidence(connection, SPACE, limit=10)
    assert total == len(found) == 3
    assert [(e.article_id, e.mentions[0].stance) for e in found] == [
        ("1", "supports"), ("2", "supports"), ("3", "disputes"),
    ]  # fmt: skip
    assert len(find_evidence(connection, SPACE, limit=2)[0]) == 2


def sentence(text: str) -> Evidence:
    return Evidence("North", None, None, "1", 0, text, [Mention("help", "supports", 0.9)])


def test_the_words_of_an_even_part_of_the_evidence_are_weighed(
    codebook: Codebook, sentences: list[AnnotatedSentence]
) -> None:
    classifier = fit_linear(sentences, codebook, seed=0).classifier
    evidence = [sentence(f"indeed tanks shipped {i} times") for i in range(5)]
    explained = explain_evidence(classifier, evidence, limit=2)
    assert [e.text for e in explained] == [e.text for e in evidence]
    assert [e.mentions[0].words is not None for e in explained] == [True, False, False, True, False]
    (alone,) = explain(classifier, [evidence[3].text], [["help"]])
    assert explained[3].mentions[0].words == alone["help"]
    assert any(word.level for word in alone["help"])
    all_of_them = explain_evidence(classifier, evidence, limit=5)
    assert all(e.mentions[0].words for e in all_of_them)
    assert explain_evidence(classifier, [], limit=5) == []


def test_intervals_cover_the_truth_of_clustered_articles() -> None:
    """Articles differ in how much of them is framed; 95 % intervals cover the population share."""
    random, rounds, hits, truth = np.random.default_rng(2), 300, 0, 0.2
    for seed in range(rounds):
        share = random.beta(1, 4, 150)
        sentences = random.integers(4, 12, 150)
        counts = random.binomial(sentences, share)
        group = GroupCounts("x", None, np.ones(150, int), sentences, counts[:, None])
        (p,) = estimate_group(group, [Cell("help")], seed=seed)
        hits += p.of_sentences.low <= truth <= p.of_sentences.high
    assert 0.91 <= hits / rounds <= 0.985


def test_no_hit_does_not_mean_certainty() -> None:
    group = GroupCounts("x", None, np.array([30]), np.array([5]), np.array([[0, 0, 0]]))
    for p in estimate_group(group, CELLS):
        assert p.of_sentences.share == p.of_sentences.low == 0
        assert p.of_sentences.high == pytest.approx(1 - 0.025 ** (1 / 30))
        assert p.of_frame is None


@pytest.mark.parametrize(("frequency", "articles"), [(0.03, 100), (0.3, 40), (0.5, 9)])
def test_intervals_of_rare_frames_and_unlike_articles_cover_the_truth(
    frequency: float, articles: int
) -> None:
    """Articles wholly in or out of the frame, most of them short and some long: the worst case."""
    random, rounds, hits = np.random.default_rng(4), 300, 0
    for seed in range(rounds):
        sentences = np.where(random.random(articles) < 0.1, 40, 6)
        framed = np.where(random.random(articles) < frequency, sentences, 0)
        group = GroupCounts("x", None, np.ones(articles, int), sentences, framed[:, None])
        (p,) = estimate_group(group, [Cell("help")], seed=seed)
        hits += p.of_sentences.low <= frequency <= p.of_sentences.high
    assert hits / rounds >= 0.92


def test_one_article_gives_no_false_certainty() -> None:
    group = GroupCounts("x", None, np.array([1]), np.array([12]), np.array([[5, 5, 0]]))
    whole = estimate_group(group, CELLS)[0].of_sentences
    assert whole.share == pytest.approx(5 / 12)
    assert whole.high - whole.low > 0.9


def test_stances_are_shares_of_their_frame() -> None:
    group = GroupCounts(
        "x", None, np.array([10, 10]), np.array([4, 4]), np.array([[2, 2, 0], [1, 0, 1]])
    )
    whole, supports, disputes = estimate_group(group, CELLS)
    assert whole.of_sentences.share == pytest.approx(30 / 80)
    assert supports.of_frame is not None
    assert disputes.of_frame is not None
    assert supports.of_frame.share == pytest.approx(2 / 3)
    assert disputes.of_frame.low < 1 / 3 < disputes.of_frame.high


EVIL = "</script><img src=x onerror=alert(1)>"


def hostile_comparison(words: list[WordWeight] | None) -> Comparison:
    """One outlet, one sentence, and markup wherever a name or text can stand."""
    book = Codebook.model_validate(
        {"id": "x", "version": 1, "title": "<script>alert(1)</script>", "frames": [{"id": "help"}],
         "stances": [{"id": "supports"}, {"id": "disputes"}]}
    )  # fmt: skip
    group = GroupCounts(EVIL, None, np.array([3]), np.array([4]), np.array([[2, 2, 0]]))
    months = [
        GroupCounts(EVIL, f"2024-0{m}-01", np.array([3]), np.array([4]), np.array([[2, 2, 0]]))
        for m in (1, 2)
    ]
    mentions = [Mention("help", "supports", 0.9, words)]
    return Comparison(
        codebook=book,
        manifests=[{"bundle_hash": "0", "model_type": "framescope", "counts": {}, "metrics": None}],
        by_outlet=estimate_group(group, CELLS),
        by_month=[p for g in months for p in estimate_group(g, CELLS)],
        evidence=[Evidence(EVIL, None, "javascript:alert(1)", EVIL, 0, EVIL, mentions)],
        sentences_with_frame=6,
    )  # fmt: skip


def test_the_report_can_be_rendered_from_hostile_names() -> None:
    for words in (None, [WordWeight(10, 13, "img", 2.0)]):
        html = render_report(hostile_comparison(words)).html
        assert "<img" not in html
        assert "<script>alert" not in html
        assert html.count("</script>") == 2
        assert 'href="javascript:' not in html
        assert "http://" not in html.replace("http://www.w3.org", "")


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_report_carries_the_words_worth_naming() -> None:
    weights = [("script", 2, -0.8), ("img", 10, 2.25), ("x", 18, 0.1)]
    words = [WordWeight(at, at + len(word), word, weight) for word, at, weight in weights]
    html = render_report(hostile_comparison(words)).html
    ((*_, text, mentions),) = data_of(html)["rows"]
    ((_, _, _, named),) = mentions
    assert named == [[10, 13, 3, 2.2], [2, 8, -1, -0.8]]
    assert text[10:13] == "img"
    assert "Marked words carry the frame" in html


def test_without_weights_the_report_speaks_of_no_marks() -> None:
    html = render_report(hostile_comparison(None)).html
    ((*_, mentions),) = data_of(html)["rows"]
    assert mentions == [[0, 0, 0.9]]
    assert "Marked words" not in html


@pytest.mark.parametrize(
    ("files", "judge"),
    [([], "held-out frameless sentences of the training"), (["mine.jsonl"], "in mine.jsonl")],
)
def test_raised_thresholds_are_told_and_set_apart_from_the_metrics(
    files: list[str], judge: str
) -> None:
    metrics = {"frames": {"help": {"precision": 0.5, "recall": 0.5, "f1": 0.5}}}
    rule = {"thresholds": {"help": 0.876543}, "max_false_alarms_per_1000": 5.0, "frameless": files}
    plain = hostile_comparison(None)
    manifest = plain.manifests[0] | {"settings": rule | {"abstain": True}, "metrics": metrics}
    bounded = replace(plain, manifests=[manifest])
    assert bounded.as_json()["settings"] == [rule | {"abstain": True}]
    html = render_report(bounded).html
    for told in ("at most 5 false alarms", judge, "0.877", "for the bundle's own thresholds"):
        assert told in html
    unbounded = manifest | {"settings": rule | {"max_false_alarms_per_1000": None}}
    html = render_report(replace(plain, manifests=[unbounded])).html
    assert "0.877" in html
    assert "own thresholds" not in html
    assert "false alarms" not in html
