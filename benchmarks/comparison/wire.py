"""Wire copy: speed, memory, and what is found: ``python -m benchmarks.comparison.wire``.

Quality: invented stories, copied with words replaced, cut from their end, under another headline
or inside another text; which are found, and how many unlike stories are joined. Speed: archives of
invented articles. With ``--scored FOLDER`` also a real archive.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, combinations
from pathlib import Path

import duckdb

from framescope.inference.comparison.counts import connect
from framescope.inference.manifest import open_scored
from framescope.inference.wire.copies import Cluster, cluster_articles
from framescope.inference.wire.views import VIEWS, add_views

#: Words as frequent as rank^-1: so that unrelated stories share words, as real ones do.
VOCABULARY = [f"w{i}" for i in range(20_000)]
WEIGHTS = list(accumulate(1 / (i + 3) for i in range(20_000)))
STORIES = 1000


def story(draw: random.Random, length: int) -> list[str]:
    """An invented story."""
    return draw.choices(VOCABULARY, cum_weights=WEIGHTS, k=length)


def edited(draw: random.Random, words: list[str], share: float) -> list[str]:
    """A copy with a share of its words replaced."""
    return [story(draw, 1)[0] if draw.random() < share else word for word in words]


def copies(draw: random.Random, words: list[str]) -> dict[str, list[str]]:
    """A story's copies, by what was done to them."""
    return {
        "5 % of words replaced": edited(draw, words, 0.05),
        "10 % of words replaced": edited(draw, words, 0.10),
        "20 % of words replaced": edited(draw, words, 0.20),
        "40 % of words replaced": edited(draw, words, 0.40),
        "first third alone": words[: len(words) // 3],
        "headline alone (12 words)": words[:12],
        "another headline": story(draw, 12) + words[12:],
        "with 30 % of own text at the end": words + story(draw, len(words) * 3 // 7),
    }


def base_of(rows: list[tuple[str, str, str, str]]) -> duckdb.DuckDBPyConnection:
    """A database with the view ``sentences``: rows of article, outlet, day, text."""
    import pyarrow as pa

    names = ("article_id", "outlet", "published", "text")
    table = pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))
    base = duckdb.connect()
    base.register("given", table)
    base.execute("CREATE TABLE rows AS SELECT * FROM given")
    base.unregister("given")
    base.execute(
        "CREATE VIEW sentences AS SELECT 0 AS _archive, article_id, 0 AS sentence_index, outlet, "
        "published::date AS published, NULL AS url, text FROM rows"
    )
    return base


def quality() -> None:
    """Print the share of copies found, by kind, and of unlike stories joined."""
    draw = random.Random(1)
    kinds = list(copies(draw, story(draw, 120)))
    found, joined, pairs = Counter[str](), 0, 0
    for kind in kinds:
        rows = []
        for i in range(STORIES):
            words = story(draw, draw.randint(40, 400))
            rows.append((f"o{i}", "First", "2024-01-01", " ".join(words)))
            rows.append((f"c{i}", "Second", "2024-01-02", " ".join(copies(draw, words)[kind])))
        for cluster in cluster_articles(base_of(rows)):
            for one, other in combinations([m.article_id for m in cluster.members], 2):
                pairs += 1
                same = one[1:] == other[1:]
                found[kind] += same
                joined += not same
    for kind in kinds:
        print(f"{kind:36} {found[kind] / STORIES:6.1%} found")
    print(f"{joined} of {pairs} joined pairs are of different stories")


def speed(articles: int) -> None:
    """Print CPU seconds and memory for an archive of invented articles, one in ten a copy."""
    draw = random.Random(2)
    texts = list(_archive(draw, articles))
    rows = [
        (str(i), f"outlet{i % 40}", f"2024-{1 + i % 12:02}-{1 + i % 28:02}", text)
        for i, text in enumerate(texts)
    ]
    base = base_of(rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    clusters = cluster_articles(base)
    seconds = time.process_time() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{articles:,} articles of 60 words: {seconds:.0f} CPU seconds, {len(clusters):,} "
        f"clusters, {(after - before) / 1024:,.0f} MB beside the archive in memory"
    )


def _archive(draw: random.Random, articles: int) -> Iterator[str]:
    pool = story(draw, 1_000_000)
    recent: list[list[str]] = []
    for i in range(articles):
        if i % 10 == 9:
            yield " ".join(edited(draw, recent[draw.randrange(len(recent))], 0.05))
            continue
        start = draw.randrange(len(pool) - 60)
        words = [*pool[start : start + 30], *pool[-start - 31 : -start - 1]]
        draw.shuffle(words)
        recent = [*recent[-99:], words]
        yield " ".join(words)


def real(folder: Path) -> None:
    """Print what a scored archive has."""
    with connect(open_scored([folder])) as connection:
        start = time.process_time()
        clusters = cluster_articles(connection)
        seconds = time.process_time() - start
        add_views(connection, clusters)
        across = [c for c in clusters if len(c.firsts()) > 1]
        print(f"{folder}: {seconds:.1f} CPU seconds; {len(clusters)} clusters of "
              f"{sum(len(c.members) for c in clusters)} articles, {len(across)} across outlets, "
              f"{sum(_tied(c) for c in across)} of these within one day")  # fmt: skip
        for view in VIEWS:
            query = f'SELECT count(*) FROM (SELECT DISTINCT _archive, article_id FROM "{view}")'
            print(f"  view {view}: {connection.execute(query).fetchone()} articles")


def _tied(cluster: Cluster) -> bool:
    return len({m.published for m in cluster.members}) == 1


def main() -> None:
    """Measure."""
    if "--scored" in sys.argv:
        real(Path(sys.argv[sys.argv.index("--scored") + 1]))
    sizes = [int(a) for a in sys.argv[1:] if a.isdigit()]
    if not sizes:
        quality()
    for articles in sizes or [60_000]:
        speed(articles)


if __name__ == "__main__":
    main()
