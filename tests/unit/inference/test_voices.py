from __future__ import annotations

import duckdb
import pytest

from framescope.inference.comparison.voices import add_voices, count_voices
from framescope.models.labels import LabelSpace

SPACE = LabelSpace(("help",), ("absent", "supports", "disputes"), True)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    base.execute(
        "CREATE TABLE sentences (_archive INT, article_id VARCHAR, sentence_index INT,"
        " outlet VARCHAR, text VARCHAR, help BOOL, help_stance VARCHAR)"
    )
    texts = [
        ("1", 0, "Tanks were sent.", True, "supports"),
        ("1", 1, "“We sent the tanks.", False, None),
        ("1", 2, "We would send them again,” he said.", True, "supports"),
        ("1", 3, "The ministry said no tanks were sent.", True, "disputes"),
        ("2", 0, "It rained.", False, None),
        ("2", 1, "Es regnete.", None, None),
        ("3", 0, "No tanks were sent.", True, "disputes"),
    ]
    for article, index, text, present, stance in texts:
        base.execute(
            "INSERT INTO sentences VALUES (0, ?, ?, 'North', ?, ?, ?)",
            [article, index, text, present, stance],
        )
    return base


def test_voices_are_read_in_their_article_and_told_of_framed_sentences_only(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_voices(connection, SPACE)
    rows = connection.execute("SELECT * FROM voices ORDER BY ALL").fetchall()
    assert [row[1:] for row in rows] == [
        ("1", 0, "own"), ("1", 2, "quoted"), ("1", 3, "attributed"), ("3", 0, "own"),
    ]  # fmt: skip


def test_each_voice_has_its_prevalence_its_share_of_the_frame_and_its_stances(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    add_voices(connection, SPACE)
    found = {(v.voice, v.stance): v for v in count_voices(connection, SPACE, "sentences")}
    assert {key: v.count for key, v in found.items() if key[1] is None} == {
        ("own", None): 2, ("quoted", None): 1, ("attributed", None): 1,
    }  # fmt: skip
    own = found["own", None]
    assert own.of_sentences.share == pytest.approx(2 / 6)  # one sentence was not scored
    assert own.of_frame is not None
    assert own.of_frame.share == pytest.approx(2 / 4)
    supports = found["own", "supports"]
    assert supports.of_frame is not None
    assert supports.of_frame.share == pytest.approx(1 / 2)
    assert found["quoted", "disputes"].count == 0
    assert found["attributed", "disputes"].count == 1


def test_an_archive_without_a_frame_has_no_voices(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("UPDATE sentences SET help = false WHERE help")
    add_voices(connection, SPACE)
    assert all(v.count == 0 for v in count_voices(connection, SPACE, "sentences"))
