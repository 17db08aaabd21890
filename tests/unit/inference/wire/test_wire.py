from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.data.checks.words import words_of
from framescope.inference.comparison.counts import Cell, count_groups
from framescope.inference.wire.clusters import candidates, find_clusters
from framescope.inference.wire.copies import (
    Cluster,
    Order,
    cluster_articles,
    cluster_sentences,
    orders,
)
from framescope.inference.wire.shingles import ARTICLES, SENTENCES, shingles_of, sketchable
from framescope.inference.wire.sketches import keys_of
from framescope.inference.wire.views import VIEWS, add_views

VOCABULARY = [f"w{i}" for i in range(3000)]


def story(seed: int, length: int = 80) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=length)


def edited(words: list[str], share: float, seed: int) -> list[str]:
    """A share of the words replaced, evenly drawn."""
    draw = random.Random(seed)
    return [draw.choice(VOCABULARY) if draw.random() < share else word for word in words]


def clusters_of(texts: list[list[str]]) -> list[list[int]]:
    lines = [" ".join(words) for words in texts]
    keys = keys_of(lines, ARTICLES)
    rows = candidates(keys)
    shingles = {row: sketchable([lines[row]], ARTICLES)[0].whole for row in rows}
    outlets = {row: f"outlet {row}" for row in rows}
    return find_clusters(keys, shingles, outlets, rows, ARTICLES)


def base_of(rows: list[tuple[str, str, date | None, list[str]]]) -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    base.execute(
        """CREATE TABLE sentences (_archive INT, article_id VARCHAR, sentence_index INT,
        outlet VARCHAR, published DATE, url VARCHAR, text VARCHAR, help BOOL,
        help_stance VARCHAR)"""
    )
    for outlet, article, day, texts in rows:
        for index, text in enumerate(texts):
            base.execute(
                "INSERT INTO sentences VALUES (0, ?, ?, ?, ?, NULL, ?, ?, NULL)",
                [article, index, outlet, day, text, "tank" in text],
            )
    return base


AGENCY = (
    "the ministry said on friday that the first tank convoy had crossed the river at dawn today"
)
OTHER = "a quiet market week left prices of wheat and barley where they had been since early spring"
THIRD = (
    "the choir of the village sang for two hours before the rain sent everybody home to their soup"
)


@pytest.fixture
def base() -> duckdb.DuckDBPyConnection:
    return base_of(
        [
            ("North", "n1", date(2024, 1, 3), [AGENCY, "Photographs by our own man."]),
            ("North", "n2", date(2024, 1, 9), [AGENCY]),
            ("South", "s1", date(2024, 1, 2), ["By staff.", AGENCY]),
            ("South", "s2", date(2024, 1, 2), [OTHER]),
            ("East", "e1", None, [AGENCY]),
            ("East", "e2", date(2024, 1, 2), [OTHER.upper()]),
            ("East", "e3", date(2024, 1, 5), [THIRD]),
        ]
    )


def test_clusters_are_led_by_their_earliest_and_undated_articles_come_last(
    base: duckdb.DuckDBPyConnection,
) -> None:
    found = cluster_articles(base)
    ids = {tuple(m.article_id for m in cluster.members) for cluster in found}
    assert ("s1", "n1", "n2", "e1") in ids
    assert {frozenset(i) for i in ids} == {
        frozenset({"s1", "n1", "n2", "e1"}),
        frozenset({"s2", "e2"}),
    }


def test_who_was_first_is_counted_by_days_and_told_apart_from_what_cannot_be_known(
    base: duckdb.DuckDBPyConnection,
) -> None:
    found = {(o.first, o.later): (o.clusters, o.same_day) for o in orders(cluster_articles(base))}
    assert found == {
        ("South", "North"): (1, 0),
        ("North", "South"): (0, 0),
        ("East", "South"): (0, 2),  # one without a date, one on the same day
        ("South", "East"): (0, 2),
        ("East", "North"): (0, 1),
        ("North", "East"): (0, 1),
    }


def test_three_views_count_all_the_earliest_and_one_an_outlet(
    base: duckdb.DuckDBPyConnection,
) -> None:
    add_views(base, cluster_articles(base))
    counted = {
        view: {
            g.outlet: (int(g.articles.sum()), int((g.articles @ g.hits)[0]))
            for g in count_groups(base, [Cell("help")], by_month=False, source=view)
        }
        for view in VIEWS
    }
    assert counted["all"] == {"North": (2, 2), "South": (2, 1), "East": (3, 1)}
    assert counted["clusters"] == {"North": (1, 1), "South": (2, 1), "East": (3, 1)}
    originals = counted["originals"]
    assert "North" not in originals  # both of its articles are copies
    assert originals["South"][1] == 1
    assert originals["East"][1] == 0
    assert sum(articles for articles, _ in originals.values()) == 3  # AGENCY, OTHER, THIRD


def test_sentences_are_clustered_where_the_condition_holds(
    base: duckdb.DuckDBPyConnection,
) -> None:
    (cluster,) = cluster_sentences(base, "help")
    places = [(m.article_id, m.sentence_index) for m in cluster.members]
    assert places == [("s1", 1), ("n1", 0), ("n2", 0), ("e1", 0)]


def test_an_edited_story_is_found_and_an_unrelated_one_is_not() -> None:
    found = clusters_of([story(1), edited(story(1), 0.08, 2), story(3), story(4)])
    assert found == [[0, 1]]


def test_a_story_cut_from_its_end_is_found_by_its_lead() -> None:
    whole = story(1, 600)
    assert clusters_of([whole, whole[:70], story(2, 600)]) == [[0, 1]]


def test_clusters_do_not_chain() -> None:
    """Each text is like the next, first and last share nothing: single linkage joins all."""
    long = story(1, 400)
    windows = [long[start : start + 100] for start in range(0, 300, 20)]
    found = clusters_of(windows)
    sets = [shingles_of(words_of(" ".join(w)), 3) for w in windows]
    for cluster in found:
        assert all(ARTICLES.alike(sets[cluster[0]], sets[other]) for other in cluster[1:])
    assert max(map(len, found)) < 6


def test_a_series_of_one_outlet_is_no_wire_copy() -> None:
    heading = story(9, 40)
    series = [" ".join(heading + story(i, 20)) for i in range(2)]
    apart = [("North", "a", None, [series[0]]), ("South", "b", None, [series[1]])]
    own = [("North", "a", None, [series[0]]), ("North", "b", None, [series[1]])]
    assert len(cluster_articles(base_of(apart))) == 1
    assert cluster_articles(base_of(own)) == []
    again = [("North", "a", None, [series[0]]), ("North", "b", None, [f"{series[0]} updated"])]
    assert len(cluster_articles(base_of(again))) == 1


def test_short_and_empty_texts_are_in_no_cluster() -> None:
    assert clusters_of([["wordle", "answer"], ["wordle", "answer"], [], []]) == []
    assert clusters_of([]) == []


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(8)))
def test_clusters_do_not_depend_on_the_order_of_the_files(order: list[int]) -> None:
    stories = [story(1), edited(story(1), 0.05, 1), story(2), edited(story(2), 0.05, 2)]
    rows = [
        (f"outlet{i % 3}", f"a{i}", date(2024, 1, 1 + i // 3), [" ".join(stories[i % 4])])
        for i in range(8)
    ]
    expected = {tuple(m.article_id for m in c.members) for c in cluster_articles(base_of(rows))}
    shuffled = cluster_articles(base_of([rows[i] for i in order]))
    assert {tuple(m.article_id for m in c.members) for c in shuffled} == expected


def test_one_days_first_is_drawn_by_lot_and_favours_no_outlet() -> None:
    rows = []
    for i in range(60):
        for outlet in ("North", "South"):
            rows.append((outlet, f"{outlet}{i}", date(2024, 1, 1), [" ".join(story(i, 40))]))
    firsts = [cluster.original.outlet for cluster in cluster_articles(base_of(rows))]
    assert len(firsts) == 60
    assert 18 <= firsts.count("North") <= 42


def test_similarity_agrees_with_the_definition() -> None:
    left, right = story(1, 60), edited(story(1, 60), 0.1, 5)
    sets = [{tuple(w[i : i + 3]) for i in range(len(w) - 2)} for w in (left, right)]
    exact = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
    hashed = [shingles_of(words, 3) for words in (left, right)]
    measure = replace(ARTICLES, jaccard=0.0)
    assert measure.alike(*hashed) == pytest.approx(exact)
    assert SENTENCES.alike(*hashed) == 0.0


def test_candidates_agree_with_datasketch() -> None:
    """The reference finds the same pairs above the threshold, by its own MinHash and LSH."""
    from datasketch import MinHash, MinHashLSH

    texts = [edited(story(i % 40), 0.03, i) for i in range(80)]
    sets = [shingles_of(words, 3) for words in texts]
    reference, hashes = MinHashLSH(params=(48, 3), num_perm=144), []
    for i, shingles in enumerate(sets):
        sketch = MinHash(num_perm=144, seed=1)
        sketch.update_batch([int(s).to_bytes(8, "little") for s in shingles])
        reference.insert(i, sketch)
        hashes.append(sketch)
    theirs = {
        frozenset((i, j))
        for i, sketch in enumerate(hashes)
        for j in reference.query(sketch)
        if i != j and ARTICLES.alike(sets[i], sets[j])
    }
    ours = {frozenset(cluster) for cluster in clusters_of(texts)}
    assert len(ours) >= 35
    assert len(ours ^ theirs) <= 1


def test_keys_of_texts_without_words_meet_nothing() -> None:
    keys = keys_of(["", "!!!", " ".join(story(1))], ARTICLES)
    assert keys.shape == (3, 96)
    assert np.all(keys[:2] == 0)
    assert candidates(keys) == []


def test_an_order_of_no_clusters_is_empty() -> None:
    assert orders([]) == []
    assert Order("a", "b", 1, 0).clusters == 1
    assert Cluster(()).firsts() == {}
