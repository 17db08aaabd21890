from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.inference.manifest import ScoredArchive, open_scored
from framescope.inference.query import as_json, result_table, run_query, write_csv
from tests.scored_archives import make_rows, write_scored


@pytest.fixture
def archives(tmp_path: Path, codebook: Codebook) -> list[ScoredArchive]:
    rows = make_rows(codebook, {"North": 4, "So'uth": 3})
    return open_scored([write_scored(tmp_path / "it's scored", codebook, rows)])


def ask(archives: list[ScoredArchive], sql: str) -> list[tuple[Any, ...]]:
    with run_query(archives, sql) as result:
        return list(result.rows)


def test_the_view_has_every_sentence(archives: list[ScoredArchive]) -> None:
    sql = "SELECT outlet, count(*) FROM sentences GROUP BY outlet ORDER BY outlet"
    assert ask(archives, sql) == [("North", 20), ("So'uth", 15)]
    assert ask(archives, "WITH a AS (FROM sentences) SELECT count(*) FROM a;") == [(35,)]


def test_archives_are_told_apart(
    tmp_path: Path, codebook: Codebook, archives: list[ScoredArchive]
) -> None:
    other = write_scored(tmp_path / "other", codebook, make_rows(codebook, {"East": 1}))
    both = open_scored([archives[0].folder, other])
    assert ask(both, "SELECT _archive, count(*) FROM sentences GROUP BY 1 ORDER BY 1") == [
        (0, 35),
        (1, 5),
    ]


def test_a_relative_folder_will_do(
    monkeypatch: pytest.MonkeyPatch, archives: list[ScoredArchive]
) -> None:
    monkeypatch.chdir(archives[0].folder.parent)
    assert ask(open_scored([archives[0].folder.name]), "SELECT count(*) FROM sentences") == [(35,)]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELEC 1", 'syntax error at or near "SELEC"'),
        ("SELECT 1 FROM nope", "Table with name nope does not exist"),
        ("SELECT nope FROM sentences", '"nope" not found'),
        ("SELECT text::INT FROM sentences", "Could not convert"),
        ("", "found nothing; expected one SELECT"),
        ("SELECT 1; SELECT 2", "found SELECT, SELECT; expected one"),
        ("CREATE TABLE a (b INT)", "found CREATE"),
        ("SET threads = 1", "found SET"),
        ("INSTALL httpfs", "found LOAD"),
        ("ATTACH 'a.db'", "found ATTACH"),
    ],
)
def test_a_wrong_query_is_told_in_one_line(
    archives: list[ScoredArchive], sql: str, told: str
) -> None:
    with pytest.raises(InputError) as found:
        ask(archives, sql)
    assert told in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    "sql",
    [
        "FROM '{secret}'",
        "FROM read_csv('{secret}')",
        "FROM read_text('{secret}')",
        "FROM glob('{folder}/*')",
        "FROM sniff_csv('{secret}')",
        "FROM query('FROM read_csv(''{secret}'')')",
        "FROM 'https://example.org/a.csv'",
        "FROM archives",
        "COPY sentences TO '{folder}/copy.csv'",
        "COPY sentences TO '{parquet}'",
    ],
)
def test_a_query_reaches_nothing_but_the_archive(
    archives: list[ScoredArchive], tmp_path: Path, sql: str
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    before = Path(archives[0].files[0]).read_bytes()
    names = {
        "secret": secret,
        "folder": tmp_path,
        "parquet": archives[0].files[0].replace("'", "''"),
    }
    with pytest.raises(InputError, match="--sql: "):
        ask(archives, sql.format(**names))
    assert Path(archives[0].files[0]).read_bytes() == before
    assert not (tmp_path / "copy.csv").exists()


def test_results_in_three_forms(archives: list[ScoredArchive]) -> None:
    sql = """SELECT 'a,"b"' AS "x y", NULL AS n, DATE '2024-01-02' AS day, 0.5::FLOAT AS half,
             'nan'::FLOAT AS nan, [1, 2] AS list, '[red]' || chr(27) || '[31m' AS evil"""
    output = io.StringIO()
    with run_query(archives, sql) as result:
        write_csv(result, output)
    header, row = output.getvalue().splitlines()
    assert header == "x y,n,day,half,nan,list,evil"
    assert row.startswith('"a,""b""",,2024-01-02,0.5,nan,"[1, 2]"')
    with run_query(archives, sql) as result:
        assert as_json(result)["rows"][0][:6] == ['a,"b"', None, "2024-01-02", 0.5, "nan", [1, 2]]
    console = Console(record=True, width=200, file=io.StringIO())
    with run_query(archives, sql) as result:
        console.print(result_table(result))
    told = console.export_text()
    assert "[red]" in told
    assert "\x1b" not in told
