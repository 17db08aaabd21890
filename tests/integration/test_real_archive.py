"""Figures of the report on a real archive, counted once more by DuckDB alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from benchmarks.retraining.parts import corpus_parts
from framescope.cli import main
from framescope.data.codebook import load_codebook
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle
from tests.conftest import SHARED

ARCHIVE = SHARED / "archive" / "rss_60k.parquet"
ITEMS = 1000
FRAMES, STANCES = load_codebook().frame_ids, load_codebook().stance_ids


def run(*arguments: object) -> None:
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as end:
        assert end.code in {None, 0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not ARCHIVE.is_file():
        pytest.skip("the real archive is not beside this checkout")
    folder = tmp_path_factory.mktemp("real")
    table = pq.read_table(ARCHIVE)
    pq.write_table(table.slice(0, ITEMS), folder / "archive.parquet")
    sentences = corpus_parts(400)[0]
    train_bundle(sentences, load_codebook(), TrainSettings(model="linear"), folder / "bundle")
    scored = folder / "scored"
    run("score", folder / "archive.parquet", "--bundle", folder / "bundle", "--output", scored)
    run("compare", scored, "--output", folder / "report.html")
    return folder


def counted(folder: Path, by: str) -> Iterator[tuple[Any, ...]]:
    """Outlet, month, frame, stance, articles, sentences, hits, share, share of the frame."""
    month = "date_trunc('month', published)::date" if by == "month" else "NULL::date"
    for frame in FRAMES:
        for stance in (None, *STANCES):
            hit = f'"{frame}"' + (f" AND \"{frame}_stance\" = '{stance}'" if stance else "")
            of_frame = f'hits / nullif(count_if("{frame}"), 0)' if stance else "NULL"
            yield from duckdb.sql(f"""
                SELECT outlet, _month, '{frame}', {f"'{stance}'" if stance else "NULL"},
                       count(DISTINCT article_id), count(*), count_if({hit}) AS hits,
                       hits / count(*), {of_frame}
                FROM (SELECT *, {month} AS _month FROM '{folder}/scored/sentences/*.parquet')
                WHERE "{frame}" IS NOT NULL AND {"_month IS NOT NULL" if by == "month" else "true"}
                GROUP BY outlet, _month
            """).fetchall()


def written(folder: Path, table: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"""
        SELECT outlet, month::date, frame, stance, articles, sentences, count, of_sentences,
               of_frame FROM '{folder}/report_files/{table}.parquet' WHERE view = 'all'
    """).fetchall()


def known(rows: Iterator[tuple[Any, ...]]) -> dict[Any, Any]:
    return {row[:4]: [*row[4:7], *(pytest.approx(v) for v in row[7:])] for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize(("table", "by"), [("shares", "outlet"), ("months", "month")])
def test_tables_beside_the_report_are_what_duckdb_counts(folder: Path, table: str, by: str) -> None:
    expected = known(counted(folder, by))
    assert len(expected) > 100
    assert {row[:4]: list(row[4:]) for row in written(folder, table)} == expected


def shown(page: str) -> Iterator[tuple[str, str, list[str]]]:
    """Outlet, title of the frame and figures of each row of the report's first table of shares."""
    table = page[page.index("<caption>Shares of an outlet") :]
    outlet = ""
    for row in re.findall(r"<tr.*?</tr>", table[: table.index("</table>")], flags=re.DOTALL)[1:]:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)
        plain = [unescape(re.sub(r"<small>.*?</small>|<[^>]+>", "", c)).strip() for c in cells]
        if "rowgroup" in row:
            outlet = plain.pop(0)
        yield outlet, plain[0], plain[1:]


@pytest.mark.slow
def test_the_table_in_the_report_is_what_duckdb_counts(folder: Path) -> None:
    titles = {frame.id: frame.title for frame in load_codebook().frames}
    expected = {
        (outlet, titles[frame]): (hits, sentences, share)
        for outlet, _, frame, stance, _, sentences, hits, share, _ in counted(folder, "outlet")
        if stance is None
    }
    found = list(shown((folder / "report.html").read_text(encoding="utf-8")))
    assert len(found) == len(expected) > 20
    for outlet, title, figures in found:
        hits, sentences, share = expected[outlet, title]
        assert [int(value.replace(",", "")) for value in figures[:2]] == [hits, sentences]
        assert float(figures[2]) == pytest.approx(100 * share, abs=0.0051)
