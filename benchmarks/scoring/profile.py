"""Where scoring's time goes: ``python -m benchmarks.scoring.profile [BUNDLE [ARCHIVE]]``.

Processor seconds of each stage, one after the other and one thread each, over the first articles of
``../shared/archive/rss_60k.parquet`` (not part of the repository).
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import torch
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.scoring.archive import archive, bundle
from framescope.data.articles import Article, read_articles
from framescope.data.articles.read import find_sources
from framescope.data.segmentation import segment
from framescope.inference.sentences import ArticleSentence
from framescope.inference.table import scored_table
from framescope.models.blend import BlendScorer
from framescope.models.bundle import load_bundle
from framescope.models.linear import BLOCKS, LinearScorer
from framescope.models.transformer import tokenize

ARTICLES, NETWORK = 6000, 1000


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and its processor seconds."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def reference(linear: LinearScorer) -> Callable[[list[str]], Any]:
    """The linear model's features by scikit-learn."""
    vectorizers = []
    for (_, options), block in zip(BLOCKS.values(), linear.blocks.values(), strict=True):
        vectorizer = TfidfVectorizer(
            sublinear_tf=True, dtype=np.float32, vocabulary=block.terms, **options
        )
        vectorizer.idf_ = block.idf
        vectorizers.append(vectorizer)
    return lambda texts: hstack([v.transform(texts) for v in vectorizers]).tocsr()


def main() -> None:
    """Print the table."""
    path = archive()
    if path is None:
        return
    torch.set_num_threads(1)
    model = load_bundle(bundle())
    if not isinstance(model.scorer, BlendScorer):
        print("a bundle of one model has not all stages: skipped")
        return
    network, linear = model.scorer.network, model.scorer.linear
    model.scope.judge_all([["The identifier is loaded on its first use, in Minsk."]] * 100)
    sources = find_sources([str(path)])
    records, read = timed(lambda: list(islice(read_articles(sources, {}), ARTICLES)))
    articles = [a for a in records if isinstance(a, Article)]
    spans, cutting = timed(lambda: [segment(a.body, model.codebook.language) for a in articles])
    cut = [[a.body[s:e] for s, e in found] for a, found in zip(articles, spans, strict=True)]
    texts = [text for article in cut for text in article]
    _, judging = timed(lambda: model.scope.judge_all(cut))
    _, theirs = timed(lambda: reference(linear)(texts))
    first, ours = timed(lambda: linear.logits(texts))
    _, tokens = timed(lambda: tokenize(network.tokenizer, texts, network.network.config.max_tokens))
    sample = texts[:: max(1, len(texts) // NETWORK)]
    _, in_network = timed(lambda: network.logits(sample))
    scores = model.rule.apply(first)
    rows = [
        ArticleSentence(a, i, s, e, a.body[s:e])
        for a, found in zip(articles, spans, strict=True)
        for i, (s, e) in enumerate(found)
    ]

    def write() -> None:
        table = scored_table(rows, [None] * len(rows), scores, model.space)
        pq.write_table(table, io.BytesIO(), compression="zstd")

    _, writing = timed(write)
    print(f"Bundle {model.hash[:12]}, {network.computed}: {len(articles)} articles of {path.name}, "
          f"{len(texts)} sentences of {np.mean([*map(len, texts)]):.0f} characters\n")  # fmt: skip
    print("| stage | processor milliseconds for 1,000 sentences |\n|---|---|")
    per = {"read": read, "segment": cutting, "scope": judging, "linear model": ours,
           "linear model's features by scikit-learn": theirs, "tokenise": tokens,
           "table and Parquet": writing}  # fmt: skip
    for name, seconds in per.items():
        print(f"| {name} | {1e6 * seconds / len(texts):.1f} |")
    print(f"| network, with tokenising | {1e6 * in_network / len(sample):.0f} |")


if __name__ == "__main__":
    main()
