"""Time and memory by size of the archive: ``python -m benchmarks.scoring.scaling --help``."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from cyclopts import App

from benchmarks.commands import run_app
from benchmarks.results import machine
from benchmarks.scoring.memory import Watched, watch
from framescope.data.articles import Article, read_articles
from framescope.data.articles.read import find_sources
from framescope.data.corpus_files import EXAMPLE_ARCHIVE
from framescope.data.errors import InputError

_REAL = Path(__file__).parents[2].parent / "shared" / "archive" / "rss_60k.parquet"
#: Share of the words that a repeated text has changed, so that few sentences are exact repeats.
_CHANGED = 0.1
_BATCH = 10_000
#: MiB by which the peaks of the two largest archives may differ.
_FLAT = 100
#: A size costs no more than this many times its share of the largest one's time.
_LINEAR = 1.5

app = App(name="benchmarks.scoring.scaling", help_on_error=False)


@app.default
def scaling(
    *,
    bundle: Path = Path("build/bundle"),
    sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000),
    options: tuple[str, ...] = (),
) -> None:
    """Score archives of growing size, each in a process of its own, and print a Markdown table.

    Args:
        bundle: What to score with.
        sizes: Articles in each archive.
        options: More options of ``framescope score``, as one word each: ``--options=--no-abstain``.
    """
    archive = _REAL if _REAL.is_file() else EXAMPLE_ARCHIVE
    on = machine()
    print(f"{on['processor']}, {on['cores']} cores; made from {archive.name}; bundle {bundle}\n")
    print("| articles | seconds | articles a second | peak MiB | memory over time |")
    print("|---:|---:|---:|---:|---|")
    runs: dict[int, Watched] = {}
    for size in sorted(sizes):
        run = runs[size] = _run(archive, size, bundle, options)
        print(f"| {size:,} | {run.seconds:.1f} | {size / run.seconds:,.0f} | {run.peak:,.0f} "
              f"| {run.sparkline()} |", flush=True)  # fmt: skip
    _judge(runs)


def _run(archive: Path, size: int, bundle: Path, options: tuple[str, ...]) -> Watched:
    with tempfile.TemporaryDirectory() as work:
        file, output, log = Path(work, "archive.parquet"), Path(work, "scored"), Path(work, "log")
        write_archive(file, archive, size)
        command = [sys.executable, "-m", "framescope", "score", str(file)]
        where = ["--bundle", str(bundle), "--output", str(output)]
        run = watch([*command, *where, *options], log=log)
        if run.code:
            raise InputError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
        return run


def _judge(runs: dict[int, Watched]) -> None:
    """Say whether time is linear (start-up taken off) and memory flat."""
    if len(runs) < 2:
        return
    start = min(run.seconds for run in runs.values())
    *_, second, largest = runs
    each = (runs[largest].seconds - start) / largest
    slower = {n: (run.seconds - start) / n / each for n, run in runs.items() if run.seconds > start}
    print("\nseconds an article, start-up taken off, of those in the largest: "
          + ", ".join(f"{n:,}: {s:.2f}" for n, s in slower.items()))  # fmt: skip
    linear = all(1 / _LINEAR < s < _LINEAR for s in slower.values())
    print(f"linear within a factor of {_LINEAR}: {'yes' if linear else 'NO'}")
    more = runs[largest].peak - runs[second].peak
    told = "yes" if more < _FLAT else "NO"
    print(f"peak of {largest:,} less that of {second:,}: {more:.0f} MiB; below {_FLAT}: {told}")


def write_archive(file: Path, archive: Path, size: int) -> None:
    """Write ``size`` articles: those of an archive, then the same again with words changed."""
    articles = _articles(archive)
    writer = None
    for start in range(0, size, _BATCH):
        rows = list(islice(articles, min(_BATCH, size - start)))
        table = pa.Table.from_pylist(rows)
        writer = writer or pq.ParquetWriter(file, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def _articles(archive: Path) -> Iterator[dict[str, str]]:
    draw = random.Random(0)
    words = [word for article in islice(_read(archive), 1000) for word in article.text.split()]
    for turn in count():
        for article in _read(archive):
            yield {
                "id": f"{article.id}/{turn}", "outlet": article.outlet, "url": article.url,
                "published": str(article.published or ""),
                "title": _changed(article.title, words, draw) if turn else article.title,
                "text": _changed(article.text, words, draw) if turn else article.text,
            }  # fmt: skip


def _read(archive: Path) -> Iterator[Article]:
    records = read_articles(find_sources([archive]), {})
    return (record for record in records if isinstance(record, Article))


def _changed(text: str, words: list[str], draw: random.Random) -> str:
    return " ".join(draw.choice(words) if draw.random() < _CHANGED else w for w in text.split(" "))


if __name__ == "__main__":
    run_app(app)
