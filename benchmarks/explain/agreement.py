"""Do explanations tell the truth: ``python -m benchmarks.explain.agreement [BUNDLE]``.

For framed sentences of the shipped corpus, and the network alone: how well leaving out words agrees
with integrated gradients, and by how much P(frame) falls without the three strongest words of
either, against three words drawn at random. Then the same fall for the bundle's own decision.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from benchmarks.explain.gradients import IntegratedGradients
from framescope.data.annotations import read_annotations
from framescope.data.corpus_files import SHIPPED_CORPUS
from framescope.inference.explain import WordWeight, explain
from framescope.models.blend import BlendScorer
from framescope.models.bundle import load_bundle
from framescope.models.classifier import FrameClassifier

SENTENCES = 60
TOP = 3
LEAST_WORDS = 8
DRAWS = 10
Floats = NDArray[np.float64]


def framed_sentences(model: FrameClassifier) -> list[tuple[str, str]]:
    """Text and first annotated frame of sentences spread evenly over the corpus."""
    rows = [
        (s.text, next(iter(s.labels)))
        for s in read_annotations([SHIPPED_CORPUS], model.codebook)
        if s.labels and len(s.text.split()) >= LEAST_WORDS
    ]
    return rows[:: len(rows) // SENTENCES][:SENTENCES]


def top(weights: Floats) -> set[int]:
    """Positions of the words of largest weight."""
    return {int(i) for i in np.argsort(-weights)[:TOP]}


def without(text: str, words: Sequence[WordWeight], left_out: Iterable[int]) -> str:
    """The text without some of its words."""
    for i in sorted(left_out, reverse=True):
        text = text[: words[i].start] + text[words[i].end :]
    return text


def fall(
    model: FrameClassifier,
    rows: Sequence[tuple[str, str]],
    words: Sequence[Sequence[WordWeight]],
    left_out: Sequence[Iterable[int]],
) -> float:
    """Mean fall of P(frame) when some words of each text are left out."""
    texts = [without(text, *pair) for (text, _), *pair in zip(rows, words, left_out, strict=True)]
    frames = [model.space.frames.index(frame) for _, frame in rows]
    each = np.arange(len(rows)), frames
    before = model.scores([text for text, _ in rows]).frame_probability[each]
    return float((before - model.scores(texts).frame_probability[each]).mean())


def weigh(model: FrameClassifier, rows: Sequence[tuple[str, str]]) -> list[list[WordWeight]]:
    """The words of each text, weighed for its frame."""
    found = explain(model, [text for text, _ in rows], [[frame] for _, frame in rows])
    return [words[frame] for words, (_, frame) in zip(found, rows, strict=True)]


def falls(
    name: str,
    model: FrameClassifier,
    rows: Sequence[tuple[str, str]],
    words: Sequence[Sequence[WordWeight]],
    chosen: Sequence[Iterable[int]],
) -> None:
    """Print the fall for chosen words and for words drawn at random."""
    random = np.random.default_rng(0)
    drawn = [
        fall(model, rows, words, [random.permutation(len(w))[:TOP] for w in words])
        for _ in range(DRAWS)
    ]
    value = fall(model, rows, words, chosen)
    print(f"| fall of P(frame), {name} | {value:.3f} | {np.mean(drawn):.3f} |")


def main() -> None:
    """Print one Markdown table."""
    bundle = Path(sys.argv[1] if len(sys.argv) > 1 else "build/bundle")
    model = load_bundle(bundle, device="cpu", precision="fp32")
    if not isinstance(model.scorer, BlendScorer):
        print(f"{bundle}: no network and linear baseline together: skipped")
        return
    network = FrameClassifier(model.codebook, model.scorer.network, model.rule)
    gradients = IntegratedGradients(model.scorer.network)
    rows = framed_sentences(model)
    words = weigh(network, rows)
    left_out = [np.array([w.weight for w in ws]) for ws in words]
    integrated = [
        gradients.words(text, model.space.frames.index(frame), [(w.start, w.end) for w in ws])
        for (text, frame), ws in zip(rows, words, strict=True)
    ]
    pairs = list(zip(left_out, integrated, strict=True))
    size = [spearmanr(abs(a), abs(b)).statistic for a, b in pairs]
    signed = [spearmanr(a, b).statistic for a, b in pairs]
    shared = [len(top(a) & top(b)) / TOP for a, b in pairs]
    chance = np.mean([TOP / len(w) for w in words])
    print(
        f"{len(rows)} sentences, bundle {model.hash[:12]}, {np.mean([*map(len, words)]):.1f} words"
    )
    print("\n| figure, mean over sentences | explanation | by chance |\n|---|---|---|")
    print(f"| Spearman correlation of sizes | {np.mean(size):.2f} | 0 |")
    print(f"| Spearman correlation with signs | {np.mean(signed):.2f} | 0 |")
    print(f"| overlap of the {TOP} strongest words | {np.mean(shared):.2f} | {chance:.2f} |")
    falls("network, left out", network, rows, words, [top(a) for a in left_out])
    falls("network, integrated gradients", network, rows, words, [top(b) for b in integrated])
    blended = weigh(model, rows)
    chosen = [top(np.array([w.weight for w in ws])) for ws in blended]
    falls("bundle, left out", model, rows, blended, chosen)


if __name__ == "__main__":
    main()
