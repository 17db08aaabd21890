from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from framescope.data.articles import Article, Reject, read_articles
from framescope.data.articles.read import find_sources

pytest.importorskip("fastwarc")

PARAGRAPHS = "".join(f"<p>Paragraph {i} tells something long enough to keep.</p>" for i in range(9))
PAGE = f"""<html><head><title>Big news | Site</title>
    <meta property="article:published_time" content="2024-02-03T10:00:00Z"></head>
    <body><nav>Home Sport</nav><article><h1>Big news</h1>{PARAGRAPHS}</article>
    <footer>Copyright</footer></body></html>""".encode()


def record(
    number: int,
    body: bytes = PAGE,
    *,
    kind: str = "response",
    headers: bytes = b"Content-Type: text/html; charset=utf-8",
    status: bytes = b"200 OK",
    length: int | None = None,
) -> bytes:
    http = b"HTTP/1.1 " + status + b"\r\n" + headers + b"\r\n\r\n" + body
    size = len(http) if length is None else length
    head = f"""WARC/1.0\r
WARC-Type: {kind}\r
WARC-Record-ID: <urn:uuid:{number}>\r
WARC-Target-URI: https://www.paper.example/{number}\r
WARC-Date: 2024-03-0{number}T00:00:00Z\r
Content-Type: application/http; msgtype={kind}\r
Content-Length: {size}\r
\r
"""
    return head.encode() + http + b"\r\n\r\n"


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


def read(path: Path, content: bytes) -> list[Article | Reject]:
    path.write_bytes(content)
    return list(read_articles(find_sources([path]), {}))


def ids(found: list[Article | Reject]) -> list[str]:
    return [a.id.strip("<>")[-1] for a in found if isinstance(a, Article)]


PACKED: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zstd}


@pytest.mark.parametrize("suffix", PACKED)
def test_pages_are_read_with_what_the_record_says(tmp_path: Path, suffix: str) -> None:
    records = [record(1), record(2, b"GIF89a", headers=b"Content-Type: image/gif"), record(3)]
    content = b"".join(map(PACKED[suffix], records))
    first, second = read(tmp_path / f"crawl.warc{suffix}", content)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert first.url == "https://www.paper.example/1"
    assert (first.id, first.outlet, first.published) == (
        "<urn:uuid:1>", "paper.example", date(2024, 2, 3),
    )  # fmt: skip
    assert "Paragraph 8" in first.text
    assert "Copyright" not in first.body
    assert second.id == "<urn:uuid:3>"


def test_records_that_are_no_pages_are_passed_over(tmp_path: Path) -> None:
    content = (
        record(1, status=b"404 Not Found") + record(2, kind="request")
        + record(3, headers=b"Content-Type: application/json") + record(4)
    )  # fmt: skip
    assert ids(read(tmp_path / "a.warc", content)) == ["4"]


def test_a_page_without_a_date_has_that_of_the_record(tmp_path: Path) -> None:
    page = PAGE.replace(b"2024-02-03T10:00:00Z", b"none")
    (article,) = read(tmp_path / "a.warc", record(5, page))
    assert isinstance(article, Article)
    assert article.published == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"Content-Encoding: gzip", gzip.compress(PAGE)),
        (b"Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)),
        (b"Content-Encoding: gzip", PAGE),  # decoded by the crawler, which kept the header
    ],
)
def test_the_encodings_of_http_are_undone(tmp_path: Path, headers: bytes, body: bytes) -> None:
    headers += b"\r\nContent-Type: text/html"
    (article,) = read(tmp_path / "a.warc", record(1, body, headers=headers))
    assert isinstance(article, Article)
    assert article.title == "Big news"


def test_the_charset_of_the_server_counts(tmp_path: Path) -> None:
    text = "Парламент принял новый закон о бюджете страны на следующий год."
    page = f"<html><body><article>{f'<p>{text}</p>' * 5}</article></body></html>"
    headers = b"Content-Type: text/html; charset=windows-1251"
    (article,) = read(tmp_path / "a.warc", record(1, page.encode("cp1251"), headers=headers))
    assert isinstance(article, Article)
    assert text in article.text


BROKEN = {
    "garbage between records": (record(1) + b"garbage\r\n\r\n" + record(2), ["1", "2"]),
    "a length that is too short": (record(1, length=40) + record(2), ["2"]),
    "a length that is too long": (record(1, length=9000) + record(2), ["2"]),
    "no length": (record(1).replace(b"Content-Length", b"X") + record(2), ["2"]),
    "a negative length": (record(1, length=-5) + record(2), ["2"]),
    "no HTTP": (record(1).replace(b"HTTP/1.1", b"BLAH") + record(2), ["2"]),
    "an endless header": (b"WARC/1.0\r\nX: " + b"x" * 100_000 + b"\r\n" + record(2), ["2"]),
    "a cut record": (record(1) + record(2)[:400], ["1"]),
    "a bomb in the body": (
        record(1, gzip.compress(bytes(50_000_000)),
               headers=b"Content-Type: text/html\r\nContent-Encoding: gzip") + record(2), ["2"],
    ),
    "no WARC at all": (b"hello\n" * 99, []),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_record_is_rejected_with_its_place_and_the_rest_is_read(
    tmp_path: Path, name: str
) -> None:
    content, kept = BROKEN[name]
    found = read(tmp_path / "a.warc", content)
    rejects = [r for r in found if isinstance(r, Reject)]
    assert ids(found) == kept
    assert rejects
    assert all(r.reason and r.place.startswith("a.warc@") for r in rejects)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_broken_member_is_rejected_and_the_next_is_read(tmp_path: Path, suffix: str) -> None:
    one, two, three = (PACKED[suffix](record(i)) for i in (1, 2, 3))
    found = read(tmp_path / f"a.warc{suffix}", one + two[:200] + b"\0" * 50 + three)
    assert ids(found) == ["1", "3"]
    assert any(isinstance(r, Reject) and f"@{len(one)}" in r.place for r in found)
    cut = read(tmp_path / f"b.warc{suffix}", one + two[:200])
    assert ids(cut) == ["1"]
    assert any(isinstance(r, Reject) for r in cut)


def test_a_file_of_nothing_but_beginnings_is_given_up(tmp_path: Path) -> None:
    found = read(tmp_path / "a.warc.gz", b"\x1f\x8b\x08" * 1000)
    assert len(found) == 100
    assert isinstance(found[-1], Reject)
    assert "the rest is not read" in found[-1].reason
