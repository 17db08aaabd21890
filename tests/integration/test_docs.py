"""What the documentation shows runs as it stands, on a small scored archive."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from framescope.data.annotations import read_annotations
from framescope.data.codebook import load_codebook
from framescope.data.formats import read_format, write_format
from framescope.inference.manifest import open_scored
from framescope.inference.query import run_query
from framescope.inference.sampling.next import draw_next
from tests.integration.test_command_line import fail, succeed
from tests.scored_archives import make_rows, write_scored

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a scored archive; one sentence is repeated by another outlet."""
    book = load_codebook()
    rows = make_rows(book, {"Meridian": 40, "Vistula": 25})
    rows[-1] |= {"text": rows[0]["text"], "duplicate_of": "Meridian-0#0"}
    rows[1]["text"] = "Potash goes by another port."
    write_scored(tmp_path / "scored", book, rows)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_query_of_the_page_runs_in_both_ways(folder: Path) -> None:
    queries = blocks("sql.md", "sql")
    assert len(queries) >= 10
    session = duckdb.connect()
    session.execute("CREATE VIEW sentences AS FROM 'scored/sentences/*.parquet'")
    for query in queries:
        found = session.sql(query).fetchall()
        assert found or "abstained" in query
        with run_query(open_scored([folder / "scored"]), query) as result:
            assert sorted(map(str, result.rows)) == sorted(map(str, found))


@pytest.mark.parametrize("page", ["sql.md", "examples/one-archive.md"])
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, page, "exec"), names)
    if page.startswith("examples"):
        told = capsys.readouterr().out
        assert "Meridian" in told
        assert "more for ± 3" in told
        written = read_format("label-studio", folder / "to-annotate.json", load_codebook())
        assert len(written.sentences) == 200


def test_a_query_on_the_command_line(folder: Path) -> None:
    (command,) = blocks("sql.md", "sh")
    sql = command.split('"')[1]
    assert succeed("compare", folder / "scored", "--sql", sql).splitlines() == [
        "outlet,count_star()", "Meridian,200", "Vistula,125",
    ]  # fmt: skip
    assert "found COPY" in fail("compare", folder / "scored", "--sql", "COPY sentences TO 'x'")
    assert "--output FILE for a report" in fail("compare", folder / "scored")


def test_what_is_drawn_comes_back_from_a_tool_as_it_went(folder: Path) -> None:
    there, back, plan = folder / "there.json", folder / "back.jsonl", folder / "plan.json"
    options = ("--for", "both", "--number", "60", "--seed", "7", "--format", "label-studio")
    told = succeed("annotations", "next", "scored", *options, "--output", there, "--json", plan)
    assert "30 for estimation, 30 for training" in told
    assert "more from outlet" in told
    assert json.loads(plan.read_text())["sentences"] == {"estimation": 30, "training": 30}
    succeed("annotations", "import", there, "--format", "label-studio", "--output", back)
    book = load_codebook()
    archives = open_scored([folder / "scored"])
    expected = draw_next(archives, "both", 60, seed=7).sentences
    for name in ("native", "doccano", "csv", "argilla", "prodigy"):
        write_format(name, folder / name, expected, book)
        assert read_format(name, folder / name, book).sentences == expected
    assert read_annotations([back], book) == expected
    few = ("--for", "estimation", "--number", "2", "--output", folder / "few.jsonl")
    assert "too few for an estimate" in fail("annotations", "next", "scored", *few)
