"""The files beside a report, and its numbers counted once more by DuckDB."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.inference.comparison.compare import compare_outlets
from framescope.inference.manifest import open_scored
from framescope.inference.report import Report, render_report
from framescope.inference.report.export import as_csv, require_writable, write_report
from tests.scored_archives import make_rows, write_scored

#: A piece that both outlets print, North first.
WIRE = "The ministry said that the rail line to the northern port will open for freight in May."


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    codebook = Codebook.model_validate(
        {"id": "small", "version": 1, "frames": [{"id": "help"}, {"id": "trade"}],
         "stances": [{"id": "supports"}, {"id": "disputes"}]}
    )  # fmt: skip
    rows = make_rows(codebook, {"North": 30, "South": 30})
    framed = {"help": True, "help_probability": 0.9, "help_stance": "supports",
              "help_stance_probability": 0.9, "trade": False, "trade_probability": 0.1}  # fmt: skip
    for outlet, day in (("North", 1), ("South", 5), ("South", 9)):
        article = f"wire-{outlet}-{day}"
        published = rows[0]["published"].replace(day=day)
        rows.append({"article_id": article, "sentence_index": 0, "outlet": outlet, "text": WIRE,
                     "published": published, **framed})  # fmt: skip
    rows[7] |= dict.fromkeys([n for n in rows[7] if n.startswith(("help", "trade"))])
    rows[7]["abstained"] = "language"
    return write_scored(tmp_path_factory.mktemp("scored") / "scored", codebook, rows)


@pytest.fixture(scope="module")
def report(scored: Path) -> Report:
    return render_report(compare_outlets(open_scored([scored])))


@pytest.fixture(scope="module")
def written(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(report, tmp_path_factory.mktemp("out") / "r.html", overwrite=False)


#: Articles that each view leaves out: of the three copies the later, of South's two the second.
LEFT_OUT: dict[str, tuple[str, ...]] = {
    "all": (),
    "originals": ("wire-South-5", "wire-South-9"),
    "clusters": ("wire-South-9",),
}


@pytest.mark.parametrize("view", LEFT_OUT)
@pytest.mark.parametrize("frame", ["help", "trade"])
def test_shares_and_counts_are_those_that_duckdb_finds(
    scored: Path, written: Path, view: str, frame: str
) -> None:
    out = list(LEFT_OUT[view])
    query = f"""
        SELECT outlet, count({frame}), count(*) FILTER ({frame}), avg({frame}::int),
               count(*) FILTER ({frame} AND {frame}_stance = 'supports')
        FROM '{scored}/sentences/*.parquet' WHERE NOT list_contains(?::VARCHAR[], article_id)
        GROUP BY outlet ORDER BY outlet
    """
    told = f"""
        SELECT a.outlet, a.sentences, a.count, a.share, b.count
        FROM (SELECT *, of_sentences AS share FROM '{written}/shares.EXT') a
        JOIN '{written}/shares.EXT' b USING (outlet, view, frame)
        WHERE view = '{view}' AND frame = '{frame}' AND a.stance IS NULL AND b.stance = 'supports'
        ORDER BY a.outlet
    """
    expected = duckdb.execute(query, [out]).fetchall()
    for ending in ("parquet", "csv"):
        found = duckdb.sql(told.replace("EXT", ending)).fetchall()
        assert [row[:3] + row[4:] for row in found] == [row[:3] + row[4:] for row in expected]
        assert [row[3] for row in found] == pytest.approx([row[3] for row in expected])
    assert len(expected) == 2


def test_the_page_shows_the_numbers_of_the_tables(report: Report) -> None:
    for view in LEFT_OUT:
        page = re.split(r'<div class="view (\w+)">', report.html)
        block = page[page.index(view) + 1]
        rows = re.findall(r'/0/-/-/\d/-">(\d+)</a></td><td class="n">(\d+)</td>'
                          r'<td class="n">([\d.]+) ', block)  # fmt: skip
        told = [p for p in report.tables["shares"]
                if (p["view"], p["frame"], p["stance"]) == (view, "help", None)]  # fmt: skip
        assert rows == [
            (str(p["count"]), str(p["sentences"]), f"{100 * p['of_sentences']:.2f}") for p in told
        ]


def test_months_and_voices_add_up_to_the_outlets(written: Path) -> None:
    for table in ("months", "voices"):
        shares, parts = (
            duckdb.sql(
                f"SELECT view, outlet, frame, sum(count) FROM '{written}/{name}.parquet' "
                "WHERE stance IS NULL GROUP BY ALL ORDER BY ALL"
            ).fetchall()
            for name in ("shares", table)
        )
        assert shares == parts


def test_every_figure_and_table_stands_in_both_forms(report: Report, written: Path) -> None:
    names = {path.name for path in written.iterdir()}
    assert {f"{c.name}.{ending}" for c in report.charts for ending in ("svg", "png")} <= names
    assert {f"{t}.{ending}" for t in report.tables for ending in ("csv", "parquet")} <= names
    contents = json.loads((written / "contents.json").read_text())
    assert all(c["shows"] and c["cannot"] for c in contents if "figure" in c)
    for chart in report.charts:
        assert (written / f"{chart.name}.png").read_bytes().startswith(b"\x89PNG")
        svg = (written / f"{chart.name}.svg").read_text()
        assert "<a " not in svg
        assert "currentColor" not in svg
    assert "Efron 1979" in (written / "methods.txt").read_text()


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "\x00=1"]
)
def test_no_cell_is_a_formula(evil: str) -> None:
    rows: list[dict[str, Any]] = [{"text": evil, "number": -1.5, "none": None}]
    _, line = as_csv(rows).split("\n", 1)
    assert line.lstrip('"').startswith("'")
    assert line.endswith(",-1.5,\n")


def test_a_folder_of_other_things_is_not_replaced(tmp_path: Path, report: Report) -> None:
    folder = tmp_path / "r_files"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    for overwrite in (False, True):
        with pytest.raises(InputError):
            require_writable(tmp_path / "r.html", overwrite=overwrite)
        with pytest.raises(InputError):
            write_report(report, tmp_path / "r.html", overwrite=overwrite)
    assert not (tmp_path / "r.html").exists()
    assert (folder / "thesis.txt").read_text() == "mine"


def test_a_report_is_replaced_with_its_files(tmp_path: Path, report: Report) -> None:
    folder = write_report(report, tmp_path / "r.html", overwrite=False)
    (folder / "old.csv").write_text("old")
    with pytest.raises(InputError):
        require_writable(tmp_path / "r.html", overwrite=False)
    write_report(report, tmp_path / "r.html", overwrite=True)
    assert not (folder / "old.csv").exists()
    assert pq.read_table(folder / "shares.parquet").num_rows
    assert {path.name for path in tmp_path.iterdir()} == {"r.html", "r_files"}
