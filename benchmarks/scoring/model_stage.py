"""The model stage alone: ``python -m benchmarks.scoring.model_stage --help``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from cyclopts import App

from benchmarks.commands import run_app
from benchmarks.results import FOLDER, machine
from framescope.data.console import tell

if TYPE_CHECKING:
    from benchmarks.scoring.peers import Peer
    from framescope.models.classifier import FrameClassifier
    from framescope.models.transformer import TransformerScorer

#: Real articles; not part of the repository.
ARCHIVE = Path(__file__).resolve().parents[2].parent / "shared" / "archive" / "rss_60k.parquet"

app = App(name="benchmarks.scoring.model_stage", help_on_error=False)


@app.default
def model_stage(
    bundle: Path,
    *,
    archive: Path = ARCHIVE,
    sentences: int = 3000,
    rounds: int = 5,
    json_file: Path = FOLDER / "model_stage.json",
) -> None:
    """Time each engine and the plain pipeline in turns on real sentences; print Markdown.

    Args:
        bundle: A bundle with a network; engines that it does not hold are skipped.
        archive: Articles whose sentences are taken; without it nothing is measured.
        sentences: Different sentences, from the start of the archive.
        rounds: How often each is timed, in turned order each time; medians are printed.
        json_file: Where all figures go.
    """
    from benchmarks.scoring.matrix_rate import matrix_rates
    from benchmarks.scoring.peers import peers
    from benchmarks.scoring.table import table
    from framescope.data.output import write_json
    from framescope.models.bundle import load_bundle

    if not archive.exists():
        tell(f"there is no archive {archive}: nothing measured")
        return
    texts = real_sentences(archive, sentences)
    classifier = load_bundle(bundle, device="cpu", precision="fp32")
    found = peers(bundle, classifier.hash)
    rates = [matrix_rates()]
    timed: dict[str, list[dict[str, float]]] = {name: [] for name in found}
    answers = {}
    for number in range(rounds):
        for name in list(found)[:: 1 if number % 2 == 0 else -1]:
            seconds, answers[name] = _time(found[name], texts)
            timed[name].append(seconds)
            tell(f"round {number}, {name}: {len(texts) / seconds['wall']:.0f} sentences/s")
        rates.append(matrix_rates())
    result = {
        **work(_network(classifier), texts),
        "rounds": timed,
        "parity": parities(classifier, answers, texts),
        # The best ever seen is the machine's; a lower one was disturbed by other work.
        "matrix_rate": {name: max(rate[name] for rate in rates) for name in rates[0]},
        "load": os.getloadavg(),
        "bundle_hash": classifier.hash,
        **machine(),
    }
    write_json(json_file, result)
    print(table(result))


def real_sentences(archive: Path, count: int) -> list[str]:
    """The first different sentences of an archive, titles among them."""
    from framescope.data.articles.article import Article
    from framescope.data.articles.read import find_sources, read_articles
    from framescope.data.segmentation import segment

    found: dict[str, None] = {}
    for article in read_articles(find_sources([archive]), {}):
        if isinstance(article, Article):
            spans = segment(text := f"{article.title}\n\n{article.text}")
            found.update(dict.fromkeys(text[s.start : s.end] for s in spans))
        if len(found) >= count:
            break
    return list(found)[:count]


def work(scorer: TransformerScorer, texts: Sequence[str]) -> dict[str, Any]:
    """Real tokens of the texts, and the operations that the encoder needs for them.

    A token costs 2 operations for each weight of the linear layers, and in each layer
    4 x length x hidden size for attention (Chowdhery et al. 2022, appendix B, forward pass alone;
    Kaplan et al. 2020, table 1, count half of that for attention); padding costs nothing.
    """
    from torch import nn

    from framescope.models.transformer import tokenize

    config = scorer.network.encoder.config
    linear = [m for m in scorer.network.encoder.modules() if isinstance(m, nn.Linear)]
    # The encoder's pooler stands beside the way from text to logits.
    pooler = getattr(scorer.network.encoder, "pooler", None)
    unused = set(pooler.modules()) if pooler is not None else set()
    weights = sum(m.weight.numel() for m in linear if m not in unused)
    lengths = [len(t) for t in tokenize(scorer.tokenizer, texts, scorer.network.config.max_tokens)]
    attention = 4 * config.num_hidden_layers * config.hidden_size
    flop = sum(length * (2 * weights + attention * length) for length in lengths)
    return {"sentences": len(texts), "tokens": sum(lengths), "flop": flop}


def parities(
    classifier: FrameClassifier, answers: dict[str, Any], texts: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """How far the bundle's decisions with each peer's logits lie from those with torch fp32."""
    from dataclasses import asdict

    from benchmarks.scoring.peers import REFERENCE
    from framescope.inference.engines.parity import Parity
    from framescope.models.blend import BlendScorer

    scorer = classifier.scorer
    if isinstance(scorer, BlendScorer):
        linear = scorer.linear.logits(texts)
        answers = {name: scorer.mixed(logits, linear) for name, logits in answers.items()}
    scores = {name: classifier.rule.apply(logits) for name, logits in answers.items()}
    return {name: asdict(Parity.of(scores[REFERENCE], other)) for name, other in scores.items()}


def _network(classifier: FrameClassifier) -> TransformerScorer:
    from framescope.models.blend import BlendScorer

    scorer: Any = classifier.scorer
    return scorer.network if isinstance(scorer, BlendScorer) else scorer


def _time(peer: Peer, texts: Sequence[str]) -> tuple[dict[str, float], Any]:
    peer(texts[:: max(1, len(texts) // 64)])  # compiling and filling caches is not the stage's work
    began, cpu = perf_counter(), process_time()
    logits = peer(texts)
    return {"wall": perf_counter() - began, "cpu": process_time() - cpu}, logits


if __name__ == "__main__":
    run_app(app)
