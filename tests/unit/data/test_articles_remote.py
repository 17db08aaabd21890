"""Articles behind addresses, on the store that fsspec keeps in memory."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from framescope.data.articles import Article, Reject, read_articles
from framescope.data.articles import remote as remote_files
from framescope.data.articles.read import find_sources
from framescope.data.errors import InputError

fsspec = pytest.importorskip("fsspec")
ROWS = [{"id": f"{i}", "outlet": "A", "text": f"Text {i}."} for i in range(3)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(remote_files.tempfile, "tempdir", str(tmp_path))
    store = fsspec.filesystem("memory")
    table = tmp_path / "table.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS), table)
    files = {
        "/news/a.jsonl": LINES,
        "/news/deep/b.jsonl.gz": gzip.compress(LINES),
        "/news/deep/c.parquet": table.read_bytes(),
        "/news/d.csv": b"id,outlet,text\n0,A,Text 0.\n",
        "/news/e.bin": b"\x00",
        "/news/scored/manifest.json": b"{}",
        "/news/scored/sentences/part-00000.parquet": table.read_bytes(),
    }
    table.unlink()
    for path, content in files.items():
        store.pipe_file(path, content)
    yield
    store.rm("/news", recursive=True)


def read(*inputs: str) -> list[Article | Reject]:
    return list(read_articles(find_sources(inputs), {}))


def names(*inputs: str) -> list[str]:
    return [source.name for source in find_sources(inputs)]


def test_every_format_is_read_as_from_disk(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)
    expected = read(str(tmp_path / "a.jsonl"))
    assert len(expected) == 3
    for name in ("a.jsonl", "deep/b.jsonl.gz", "deep/c.parquet"):
        assert read(f"memory://news/{name}") == expected
    assert read("memory://news/d.csv") == expected[:1]
    assert read(f"file://{tmp_path}/a.jsonl") == expected


def test_folders_and_patterns_without_scored_archives() -> None:
    found = ["a.jsonl", "d.csv", "deep/b.jsonl.gz", "deep/c.parquet", "e.bin"]
    assert names("memory://news") == names("memory://news/") == found
    assert names("memory://news/*.jsonl", "memory://news/a.jsonl") == ["a.jsonl"]
    assert names("memory://news/deep/*") == ["b.jsonl.gz", "c.parquet"]
    assert [r.reason for r in read("memory://news") if isinstance(r, Reject)] == ["unknown format"]


def test_no_copy_stays(tmp_path: Path) -> None:
    records = read_articles(find_sources(["memory://news/a.jsonl"]), {})
    next(records)
    assert len(list(tmp_path.rglob("a.jsonl"))) == 1
    assert len(list(records)) == 2
    assert not list(tmp_path.iterdir())


def test_faults_are_told_under_the_address() -> None:
    fsspec.filesystem("memory").pipe_file("/news/f.csv", b"a,b\n1,2\n")
    with pytest.raises(InputError, match=r"^memory:///news/f\.csv: no column looks like text"):
        read("memory://news/f.csv")
    for url, told in (
        ("memory://news/none.jsonl", "no such file|no file that can be read"),
        ("memory://news/*.warc", "no file that can be read"),
        ("nowhere://news", "nowhere"),
    ):
        with pytest.raises(InputError, match=told):
            find_sources([url])


def test_a_file_that_vanishes_or_changes_is_noticed() -> None:
    store = fsspec.filesystem("memory")
    (source,) = find_sources(["memory://news/a.jsonl"])
    assert source.remote is not None
    before = source.remote.state()
    assert source.remote.state() == before
    store.pipe_file("/news/a.jsonl", LINES + LINES)
    assert source.remote.state() != before
    store.rm("/news/a.jsonl")
    with pytest.raises(InputError, match="no such file"):
        source.remote.state()
