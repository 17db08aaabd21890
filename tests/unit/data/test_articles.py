from __future__ import annotations

import csv
import gzip
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.data.articles import Article, Reject, read_articles
from framescope.data.articles.columns import parse_mapping
from framescope.data.articles.fields import outlet, plain, published
from framescope.data.articles.read import find_sources
from framescope.data.errors import InputError

ROWS = [
    {"id": "1", "source": "A", "date": "2023-04-05", "headline": "Title", "content": "Text one."},
    {"id": "2", "source": "B", "date": "", "headline": "", "content": "Text «two»."},
]


def read(*inputs: Path | str, columns: tuple[str, ...] = ()) -> list[Article | Reject]:
    return list(read_articles(find_sources(inputs), parse_mapping(columns)))


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def write_csv(path: Path, rows: list[dict[str, Any]], delimiter: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


EXPECTED = [
    Article("1", "A", date(2023, 4, 5), "", "Title", "Text one."),
    Article("2", "B", None, "", "", "Text «two»."),
]


def test_all_table_formats_give_the_same_articles(tmp_path: Path) -> None:
    plain_file = write_jsonl(tmp_path / "a.jsonl", ROWS)
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(plain_file.read_bytes()))
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "c.parquet")
    write_csv(tmp_path / "d.csv", ROWS, ";")
    write_csv(tmp_path / "e.tsv", ROWS, "\t")
    for name in ("a.jsonl", "b.jsonl.gz", "c.parquet", "d.csv", "e.tsv"):
        assert read(tmp_path / name) == EXPECTED, name
    assert read(tmp_path) == EXPECTED * 5
    assert read(str(tmp_path / "*.csv")) == EXPECTED


def test_columns_are_named_by_the_user_and_joined(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [{"lead": "Lead.", "rest": "Rest.", "who": "X"}])
    (article,) = read(path, columns=("text=lead+rest", "outlet=who"))
    assert article == Article("a.jsonl:1", "X", None, "", "", "Lead.\n\nRest.")


def test_a_text_that_repeats_its_title_holds_it_once(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [{"title": "Rain", "text": "Rain\nIt rained."}])
    (article,) = read(path)
    assert isinstance(article, Article)
    assert article.body == "Rain\n\nIt rained."
    write_jsonl(path, [{"title": "Rain", "text": "Rainfall is expected."}])
    (article,) = read(path)
    assert isinstance(article, Article)
    assert article.text == "Rainfall is expected."


def test_a_row_with_too_many_fields_is_rejected_and_not_cut(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,text\n1,Hello, world\n2,Fine.\n3,"open\n4,Gone.\n')
    wrong, fine, broken, after = read(tmp_path / "a.csv")
    assert isinstance(wrong, Reject)
    assert wrong.reason == "3 fields where the header has 2"
    assert isinstance(fine, Article)
    assert isinstance(broken, Reject)
    assert broken.reason == "a quotation mark in line 4 is never closed"
    assert isinstance(after, Article)
    assert after.text == "Gone."


def test_addresses_and_ids_stay_as_they_are(tmp_path: Path) -> None:
    url = "https://a.example/?id=1&section=world&copy=2&reg=uk"
    (article,) = read(write_jsonl(tmp_path / "a.jsonl", [{"id": url, "url": url, "text": "T."}]))
    assert isinstance(article, Article)
    assert article.url == article.id == url


def test_fields_that_are_no_text_are_rejected_and_lists_are_paragraphs(tmp_path: Path) -> None:
    rows = [{"text": ["One.", "Two."]}, {"text": [{"p": "One."}]}]
    first, second = read(write_jsonl(tmp_path / "a.jsonl", rows))
    assert isinstance(first, Article)
    assert first.text == "One.\n\nTwo."
    assert isinstance(second, Reject)
    assert "dict" in second.reason


def test_a_column_that_looks_like_an_outlet_by_name_alone_is_passed_over(tmp_path: Path) -> None:
    row = {"text": "One.", "media": [{"type": "image"}], "url": "https://a.example/1"}
    path = write_jsonl(tmp_path / "a.jsonl", [row])
    (article,) = read(path)
    assert isinstance(article, Article)
    assert article.outlet == "a.example"
    write_jsonl(path, [{"text": "One.", "who": [{"type": "image"}]}])
    (named,) = read(path, columns=("outlet=who",))
    assert isinstance(named, Reject)


@pytest.mark.parametrize("depth", [300, 500, 700, 900, 2000])
def test_lists_in_lists_are_one_article_or_one_reject(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "a.jsonl"
    nested = "[" * depth + '"One."' + "]" * depth
    path.write_text(f'{{"text": {nested}}}\n{{"text": "Two."}}\n')
    _, second = read(path)
    assert isinstance(second, Article)


def test_a_file_reached_twice_is_read_once_and_names_stay_apart(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(f"In {folder}.\n\nText.")
    found = read(tmp_path / "x" / "a.txt", tmp_path / "x", tmp_path / "y")
    assert len({a.id for a in found if isinstance(a, Article)}) == len(found) == 2


def test_a_text_file_is_an_article_whose_first_line_is_the_title(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A title\n\nSome text.\n", encoding="utf-8")
    assert read(tmp_path) == [Article("note.txt", "unknown", None, "", "A title", "Some text.")]


def test_a_page_is_reduced_to_its_article(tmp_path: Path) -> None:
    paragraphs = "".join(
        f"<p>Paragraph {i} tells something long enough to keep.</p>" for i in range(9)
    )
    page = f"""<html><head><title>Big news | Site</title>
        <meta property="article:published_time" content="2024-02-03T10:00:00Z">
        <meta property="og:site_name" content="Site"></head>
        <body><nav>Home Sport</nav><article><h1>Big news</h1>{paragraphs}</article>
        <footer>Copyright</footer></body></html>"""
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert (article.outlet, article.published) == ("Site", date(2024, 2, 3))
    assert "Paragraph 8" in article.text
    assert "Copyright" not in article.body


def test_broken_rows_are_rejected_with_place_and_reason_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"text": "One."}\n{broken\n[1]\n{"other": 1}\n{"text": ""}\n{"text": "Two."}\n'
    )
    found = read(path)
    assert [a.text for a in found if isinstance(a, Article)] == ["One.", "Two."]
    rejects = [r for r in found if isinstance(r, Reject)]
    assert [r.place for r in rejects] == ["a.jsonl:2", "a.jsonl:3", "a.jsonl:4", "a.jsonl:5"]
    assert all(r.reason for r in rejects)


BROKEN_FILES = {
    "latin1.csv": (b"titl\xe9,text\nA,ok\n", "latin1.csv, row 1: not UTF-8"),
    "latin1.txt": (b"one\ntwo \xe9", "latin1.txt, row 2: not UTF-8"),
    "utf16.jsonl": ('{"text": "T."}\n'.encode("utf-16"), "utf16.jsonl: UTF-16 text"),
    "cut.parquet": (b"PAR1 cut short", "cut.parquet: cannot read it as Parquet"),
    "cut.jsonl.gz": (gzip.compress(b'{"text": "x"}\n' * 99)[:30], "broken gzip"),
    "noheader.csv": (b"a,b\n1,2\n", "no column looks like text"),
    "empty.csv": (b"", "no column looks like text"),
    "empty.txt": (b" \n", "the file is empty"),
    "data.bin": (b"\0\1", "unknown format"),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_broken_file_is_an_error_if_named_and_a_reject_if_found(
    tmp_path: Path, name: str
) -> None:
    content, told = BROKEN_FILES[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(tmp_path / name)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    write_jsonl(tmp_path / "zz.jsonl", ROWS)
    *before, one, two = read(tmp_path)
    assert [one, two] == EXPECTED
    reject = before[-1]
    assert isinstance(reject, Reject)
    assert told.rpartition(": ")[2] in reject.reason


def test_paths_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file, folder or pattern"):
        read(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="no file that can be read"):
        read(tmp_path)


@pytest.mark.parametrize("option", ["text", "colour=x", "text="])
def test_a_column_option_must_name_a_field(option: str) -> None:
    with pytest.raises(InputError, match="FIELD=NAME"):
        parse_mapping([option])


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS, ",")
    with pytest.raises(InputError, match=r"no column 'lead'.*content"):
        read(path, columns=("text=lead",))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-04-05", date(2023, 4, 5)),
        ("2023-04-05T23:10:00+02:00", date(2023, 4, 5)),
        ("2023/04/05", date(2023, 4, 5)),
        ("Wed, 05 Apr 2023 10:00:00 GMT", date(2023, 4, 5)),
        (datetime(2023, 4, 5, 12), date(2023, 4, 5)),
        ("05/04/2023", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("soon", None),
        (None, None),
        (12.5, None),
    ],
)
def test_dates_are_read_and_never_guessed(value: Any, expected: date | None) -> None:
    assert published(value) == expected


def test_fields_lose_markup_and_keep_text() -> None:
    assert plain("A &amp; B <b>bold</b> 3 < 4") == "A & B  bold  3 < 4"
    assert plain(float("nan")) == plain(None) == ""
    assert plain("a\0b\ud800") == "a\ufffdb\ufffd"
    assert outlet("", "https://www.paper.example/a") == "paper.example"
    assert outlet("", "http://[broken") == "unknown"


@given(st.binary(max_size=200))
def test_no_bytes_make_a_reader_crash(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.jsonl", "b.csv", "c.txt", "d.parquet", "e.csv.gz"):
            (Path(folder) / name).write_bytes(content)
        for record in read(Path(folder)):
            assert isinstance(record, Article | Reject)


EXPORTS: dict[str, tuple[dict[str, Any], Article]] = {
    "NewsAPI": (
        {"source": {"id": None, "name": "BBC"}, "title": "T", "description": "D.", "content": None,
         "publishedAt": "2023-04-05T10:00:00Z", "url": "https://b.example/1"},
        Article("a.jsonl:1", "BBC", date(2023, 4, 5), "https://b.example/1", "T", "D."),
    ),
    "GDELT": (
        {"title": "T", "url": "https://b.example/1", "domain": "b.example",
         "seendate": "20230405T031500Z"},
        Article("a.jsonl:1", "b.example", date(2023, 4, 5), "https://b.example/1", "T", ""),
    ),
    "NELA-GT": (
        {"id": "n1", "date": "2023-04-05", "source": "bbc", "title": "T", "content": "C.",
         "published": "Wed last", "published_utc": 1680652800},
        Article("n1", "bbc", date(2023, 4, 5), "", "T", "C."),
    ),
    "news-please": (
        {"title": "T", "maintext": "M.", "description": "D.", "source_domain": "b.example",
         "date_publish": "2023-04-05 10:00:00", "url": "u"},
        Article("a.jsonl:1", "b.example", date(2023, 4, 5), "u", "T", "M."),
    ),
    "Media Cloud": (
        {"stories_id": 7, "media_name": "BBC", "media_url": "https://b.example",
         "publish_date": "2023-04-05", "title": "T", "url": "u"},
        Article("7", "BBC", date(2023, 4, 5), "u", "T", ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_the_fields_of_usual_exports_are_recognised(tmp_path: Path, name: str) -> None:
    record, expected = EXPORTS[name]
    assert read(write_jsonl(tmp_path / "a.jsonl", [record])) == [expected]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_column_within_an_object_is_named_with_a_dot(tmp_path: Path, suffix: str) -> None:
    rows = [{"post": {"lead": "Lead.", "n": 1}, "who": {"name": "X"}}]
    write_jsonl(tmp_path / "a.jsonl", rows)
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    (article,) = read(tmp_path / f"a.{suffix}", columns=("text=post.lead", "outlet=who.name"))
    assert article == Article(f"a.{suffix}:1", "X", None, "", "", "Lead.")


def test_zstd_is_read_and_a_bomb_is_not(tmp_path: Path) -> None:
    plain_file = write_jsonl(tmp_path / "a.jsonl", ROWS)
    packed = pa.compress(plain_file.read_bytes(), codec="zstd", asbytes=True)
    (tmp_path / "b.jsonl.zst").write_bytes(packed)
    assert read(tmp_path / "b.jsonl.zst") == EXPECTED
    lines = (b" " * 2**20 + b"\n") * 16
    (tmp_path / "c.jsonl.zst").write_bytes(pa.compress(lines, codec="zstd", asbytes=True) * 5)
    with pytest.raises(InputError, match="decompression bomb"):
        read(tmp_path / "c.jsonl.zst")
    (tmp_path / "d.jsonl.zst").write_bytes(packed[:-4])
    with pytest.raises(InputError, match="broken zstd"):
        read(tmp_path / "d.jsonl.zst")
