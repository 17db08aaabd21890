"""What abstaining takes out, and what it costs: ``python -m benchmarks.language [BUNDLE]``.

Other languages: ``languages.tsv``, written for this purpose. English: ``../shared/archive``, which
is not part of the repository; nearly all of it is English.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from framescope.data.articles.article import Article
from framescope.data.articles.read import find_sources, read_articles
from framescope.data.language import language_of
from framescope.data.segmentation import segment
from framescope.models.bundle import load_bundle
from framescope.models.scope import Scope

HERE = Path(__file__).parent
ARCHIVE = HERE.parents[1] / "shared" / "archive" / "rss_60k.parquet"
#: Every third item of the archive.
STEP = 3


def foreign(scope: Scope) -> None:
    """Print how many hand-written sentences are abstained from, each judged alone."""
    lines = (HERE / "languages.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    told, total = Counter[str](), Counter[str]()
    for language, text in rows:
        total[language] += 1
        told[language] += scope.judge([text])[0] is not None
    for name in ("en", "translit"):
        print(f"{name}: {told.pop(name)} of {total.pop(name)} abstained")
    print(f"{len(total)} other languages: {told.total()} of {total.total()} abstained")


def archive(scope: Scope) -> None:
    """Print what is abstained from in real feeds, all of it, and the speed."""
    records = list(read_articles(find_sources([str(ARCHIVE)]), {}))[::STEP]
    bodies = [record.body for record in records if isinstance(record, Article)]
    items = [[body[s:e] for s, e in segment(body)] for body in bodies]
    texts = [text for item in items for text in item]
    language_of("Loads the identifier.")
    start = time.process_time()
    judged = [scope.judge(item) for item in items]
    seconds = time.process_time() - start
    print(f"{len(items)} items, {len(texts)} sentences: {len(texts) / seconds:,.0f} a CPU second")
    start = time.process_time()
    for text in texts[:10_000]:
        language_of(text)
    print(f"identifier alone: {10_000 / (time.process_time() - start):,.0f} a CPU second")
    found = Counter(
        (reason, text)
        for item, reasons in zip(items, judged, strict=True)
        for text, reason in zip(item, reasons, strict=True)
        if reason
    )
    for reason in ("language", "unlike_training"):
        mine = {text: n for (why, text), n in found.items() if why == reason}
        print(f"{reason}: {sum(mine.values())}")
        for text, n in sorted(mine.items(), key=lambda pair: -pair[1]):
            print(f"  {n:4} {text[:100]}")


def main() -> None:
    """Measure the scope of a bundle."""
    scope = load_bundle(Path(sys.argv[1] if len(sys.argv) > 1 else "build/bundle")).scope
    print(f"languages {', '.join(scope.languages)}; {len(scope.words)} words")
    foreign(scope)
    if ARCHIVE.is_file():
        archive(scope)
    else:
        print("no ../shared/archive: real feeds are not measured")


if __name__ == "__main__":
    main()
