"""A folder of everything that an archive should not hold, with good articles in between."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

#: Titles of the articles that are read all the same, by file.
GOOD: dict[str, list[str]] = {
    "rows.jsonl": ["Names", "Formula", "Year 0", "Year 9999", "Surrogates", "Numbers", "Zero"],
    "long_line.jsonl": ["After the long line"],
    "deep.jsonl": ["After the deep one"],
    "bytes.jsonl": ["After the bad bytes"],
    "latin1.csv": ["Plain"],
    "open_quote.csv": ["Before", "After"],
    "dates.parquet": ["Far", "Near"],
    "one_group.parquet": [],
}
_TEXT = "The council met on Monday and agreed on next to nothing."


def build(folder: Path, *, full: bool) -> None:
    """Fill a folder.

    Args:
        folder: An empty folder.
        full: At full size (a line of 1 GB, bombs of 10 GB); else small enough for a test.
    """
    _rows(folder)
    _sizes(folder, full=full)
    _bytes(folder, random.Random(0))
    _tables(folder, full=full)
    _file_system(folder)


def _article(title: str, **fields: Any) -> str:
    return json.dumps({"title": title, "text": _TEXT, **fields}) + "\n"


def _rows(folder: Path) -> None:
    """Rows with strange values, each in a file with good ones."""
    rows = [
        _article("Names", outlet="../../x", id="../../../etc/passwd"),
        _article("Formula", outlet='=cmd("x")'),
        _article("Year 0", date="0000-01-01"),
        _article("Year 9999", date="9999-12-31T23:59:59Z"),
        _article("Surrogates", outlet="\ud800", note="\udfff"),
        '{"title": "Numbers", "text": "' + _TEXT + '", "views": 1e999, "id": -0.0}\n',
        _article("Zero", outlet="a\0b"),
        '{"title": "Digits", "text": "T.", "views": ' + "9" * 100_000 + "}\n",
        '{"title": "Twice", "text": "One.", "text": "Two."}\n',
        _article("Outlet", outlet="x" * 1_000_000),
        _article("Novel", text="word " * 1_000_000),
        "\0\0\0\n", "null\n", '{"text": {"a": {"b": 1}}}\n', '{"text": NaN}\n',
    ]  # fmt: skip
    (folder / "rows.jsonl").write_text("".join(rows), encoding="utf-8")
    deep = '{"a":' * 500_000 + "1" + "}" * 500_000 + "\n" + "[" * 1_000_000 + "\n"
    (folder / "deep.jsonl").write_text(deep + _article("After the deep one"))


def _sizes(folder: Path, *, full: bool) -> None:
    """A line of 1 GB, a page of 50 MB, bombs."""
    with (folder / "long_line.jsonl").open("wb") as file:
        file.seek(2**30 if full else 2**25)
        file.write(b"\n" + _article("After the long line").encode())
    (folder / "page.html").write_bytes(b"<html><body>" + b"<p>Text.</p>" * 4_200_000)
    (folder / "tags.html").write_bytes(b"<html><body>" + b"<br>x" * 700_000)
    zeros = bytes(2**24)
    members = 640 if full else 6
    (folder / "bomb.jsonl.gz").write_bytes(gzip.compress(zeros) * members)
    (folder / "bomb.txt.gz").write_bytes(gzip.compress(zeros) * members)
    lines = json.dumps({"note": "x" * 2**20}).encode() + b"\n"
    packed = pa.compress(lines * 16, codec="zstd", asbytes=True)
    (folder / "bomb.jsonl.zst").write_bytes(packed * members)
    (folder / "bomb.csv.zst").write_bytes(pa.compress(zeros, codec="zstd", asbytes=True) * members)


def _bytes(folder: Path, draw: random.Random) -> None:
    """Bytes that are not what the file's name says."""
    noise = draw.randbytes(200_000)
    for suffix in ("bin", "jsonl", "csv", "parquet", "html", "txt", "warc", "jsonl.gz", "csv.zst",
                   "warc.gz", "warc.zst"):  # fmt: skip
        (folder / f"noise.{suffix}").write_bytes(noise)
    (folder / "utf16.jsonl").write_bytes(_article("UTF-16").encode("utf-16"))
    bad = b'{"title": "caf\xe9", "text": "x"}\n' + _article("After the bad bytes").encode()
    (folder / "bytes.jsonl").write_bytes(bad)
    (folder / "latin1.csv").write_bytes(b"title,text\ncaf\xe9,Text.\nPlain,Text.\n")
    (folder / "latin1.txt").write_bytes(b"caf\xe9")
    os.close(os.open(os.fsencode(folder) + b"/\xff\n.jsonl", os.O_CREAT | os.O_WRONLY))
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n.jsonl")).write_text("{}\n")


def _tables(folder: Path, *, full: bool) -> None:
    """Tables with a wrong frame and with strange columns."""
    rows = 'id,title,text\n1,Before,Text.\n2,"Open,Text.\n3,After,Text.\n'
    (folder / "open_quote.csv").write_text(rows)
    (folder / "two_texts.csv").write_text("text,text\nOne.,Two.\n")
    dates = pa.array([10**15, 1_700_000_000], pa.int64()).cast(pa.timestamp("s"))
    table = pa.table({"title": ["Far", "Near"], "text": [_TEXT] * 2, "date": dates})
    pq.write_table(table, folder / "dates.parquet")
    whole = (folder / "dates.parquet").read_bytes()
    (folder / "footer.parquet").write_bytes(whole[:-8] + b"\xff\xff\xff\x7fPAR1")
    n = 200 if full else 20  # of 2 to 8 MB each
    many = pa.table({"title": ["Small"] + ["Huge"] * n,
                     "text": [_TEXT] + [f"{i} " * 2**20 for i in range(n)]})  # fmt: skip
    pq.write_table(many, folder / "one_group.parquet", row_group_size=n + 1)


def _file_system(folder: Path) -> None:
    """What is no file, or leads to none."""
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "gone.jsonl").symlink_to("nowhere")
    (folder / "itself.jsonl").symlink_to("itself.jsonl")
    (folder / "loop").symlink_to(".")
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "up").symlink_to("../..")
