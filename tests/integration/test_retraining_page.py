"""The commands of docs/retraining.md, as they stand there, on small data."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from benchmarks.retraining.parts import corpus_parts
from framescope.cli import main
from framescope.data.codebook import load_codebook
from framescope.data.corpus_files import EXAMPLE_ARCHIVE
from framescope.data.formats import write_format
from framescope.models.registry import Registry

PAGE = Path(__file__).resolve().parents[2] / "docs" / "retraining.md"


def commands() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Corpus, gold, archive, and what two annotators exported from Label Studio."""
    book = load_codebook()
    corpus, new, gold = corpus_parts(300, 450, 800)
    write_format("native", tmp_path / "corpus.jsonl", corpus, book)
    write_format("native", tmp_path / "gold.jsonl", gold, book)
    both = [s.model_copy(update={"annotator": a}) for a in ("ann", "bob") for s in new]
    both[0] = both[0].model_copy(update={"frames": {"balancing_russia": "neutral"}})
    write_format("label-studio", tmp_path / "export.json", both, book)
    shutil.copy(EXAMPLE_ARCHIVE, tmp_path / "archive.jsonl")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_page_works_as_it_stands(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for program, *arguments in commands():
        assert program == "framescope"
        try:
            main(arguments)
        except SystemExit as end:
            assert end.code in {None, 0}, (arguments, capsys.readouterr().err)
    record = json.loads((folder / "week-1" / "decision.json").read_text())
    assert record["outcome"] == "promote"
    assert [c["settled"] for c in record["annotations"]["conflicts"]] == ["left out"]
    assert record["series"]["articles"] > 0
    registry = Registry(folder / "registry")
    assert registry.current == record["challenger"]["bundle"]
    manifest = json.loads((folder / "rescored" / "manifest.json").read_text())
    assert manifest["bundle_hash"] == registry.current
    page = (folder / "week-1" / "decision.html").read_text()
    assert "What happens to the series" in page
    assert "Harbour &amp; Continent" in page
    main_output = capsys.readouterr().out
    assert "is current in registry" in main_output
    assert "Annotate sentences of" in main_output or "No outlet has clearly drifted" in main_output
