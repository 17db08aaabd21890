from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook
from framescope.inference.comparison.compare import Comparison, compare_outlets
from framescope.inference.comparison.events import Event
from framescope.inference.manifest import open_scored
from framescope.inference.score import score_archive
from framescope.training.fit import fit_linear

AGENCY = (
    "Indeed tanks shipped to the army at dawn on Friday as the rain went on, the ministry said."
)
ARTICLES = [
    {"id": "a", "outlet": "North", "published": "2024-01-05", "text": AGENCY},
    {"id": "b", "outlet": "South", "published": "2024-01-06", "text": AGENCY},
    {"id": "c", "outlet": "South", "published": "2024-01-07", "text": AGENCY},
    {"id": "d", "outlet": "South", "published": "2024-01-08", "text": "It rained."},
]


@pytest.fixture
def scored(tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]) -> Path:
    source, output = tmp_path / "in.jsonl", tmp_path / "scored"
    source.write_text("".join(json.dumps(a) + "\n" for a in ARTICLES), encoding="utf-8")
    classifier = fit_linear(sentences, codebook, seed=0).classifier
    score_archive(find_sources([source]), {}, classifier, output, settings={}, abstain=False)
    return output


@pytest.fixture
def comparison(scored: Path) -> Comparison:
    return compare_outlets(open_scored([scored]), events=[Event.parse("2024-01-06:Talks", 10)])


def test_each_view_counts_what_the_files_hold(scored: Path, comparison: Comparison) -> None:
    kept = {"all": "abcd", "originals": "ad", "clusters": "abd"}
    for view, figures in comparison.views.items():
        expected = duckdb.sql(
            f"SELECT outlet, sum(help::int), count(help) FROM '{scored}/sentences/*.parquet' "
            f"WHERE article_id IN {tuple(kept[view])} GROUP BY outlet ORDER BY outlet"
        ).fetchall()
        found = [
            (p.outlet, p.count, p.sentences)
            for p in figures.by_outlet
            if p.frame == "help" and p.stance is None
        ]
        assert found == expected


def test_the_figures_are_json_with_voices_events_and_wire_copy(comparison: Comparison) -> None:
    figures = json.loads(json.dumps(comparison.as_json()))
    assert set(figures["views"]) == {"all", "originals", "clusters"}
    everything = figures["views"]["all"]
    assert everything["by_outlet"] == figures["by_outlet"]
    voices = {v["voice"] for v in everything["by_voice"] if v["count"]}
    assert voices == {"attributed"}
    assert {c["verdict"] for c in everything["changes"]} == {"too little data"}
    assert everything["shifts"] == []  # no outlet has articles on both sides
    (order, _) = figures["wire"]["articles"]["order"][:2]
    assert (order["first"], order["later"], order["clusters"]) == ("North", "South", 1)
    assert figures["wire"]["articles"]["widest"][0][0]["published"] == "2024-01-05"


def test_voices_are_told_in_english_only(scored: Path) -> None:
    (archive,) = open_scored([scored])
    foreign = archive.codebook.model_copy(update={"language": "de"})
    object.__setattr__(archive, "codebook", foreign)
    views = compare_outlets([archive]).views
    assert all(figures.by_voice == [] for figures in views.values())
