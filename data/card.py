"""The figures of the data card: ``python -m framescope.data.card`` writes them into README.md."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from framescope.data.agreement import Measure, measure_agreement
from framescope.data.annotations import AnnotatedSentence, read_annotations
from framescope.data.codebook import Codebook, load_codebook
from framescope.data.corpus_files import SHIPPED_CORPUS
from framescope.data.counts import count_annotations

CARD = Path(__file__).parent / "README.md"
_LABELS = Path(__file__).parent / "labels"
_ANNOTATORS = ("writer", "second")
_START, _END = "checked by a test -->\n", "<!-- end of figures -->"


def card_with_figures() -> str:
    """The data card with its figures computed anew."""
    book = load_codebook()
    before, _, rest = CARD.read_text(encoding="utf-8").partition(_START)
    after = rest.partition(_END)[2]
    return f"{before}{_START}\n{_figures(book)}\n{_END}{after}"


def _figures(book: Codebook) -> str:
    corpus = read_annotations([SHIPPED_CORPUS], book)
    counts = count_annotations(corpus)
    agreement = _agreement(label_passes(corpus, book), book)
    return "\n\n".join([_cells(counts, book), _totals(counts), agreement])


def label_passes(corpus: list[AnnotatedSentence], book: Codebook) -> list[AnnotatedSentence]:
    """Both label passes: where they said the same, the corpus has it, and the files do not."""
    unlike = read_annotations([_LABELS / "first.jsonl", _LABELS / "second.jsonl"], book)
    settled = {s.id for s in unlike}
    alike = [s for s in corpus if s.id not in settled]
    return unlike + [s.model_copy(update={"annotator": a}) for s in alike for a in _ANNOTATORS]


def passes_digest(passes: list[AnnotatedSentence]) -> str:
    """SHA-256 of who gave which sentence which labels, as ``labels/passes.sha256`` keeps it."""
    told = sorted(json.dumps([s.annotator, s.id, sorted(s.labels.items())]) for s in passes)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _cells(counts: Mapping[str, float], book: Codebook) -> str:
    head = f"| frame | {' | '.join(book.stance_ids)} |\n|---|{'---|' * len(book.stances)}"
    rows = [
        f"| {frame} | {' | '.join(str(counts[f'cell {frame}:{s}']) for s in book.stance_ids)} |"
        for frame in book.frame_ids
    ]
    return "\n".join([head, *rows])


def _totals(counts: Mapping[str, float]) -> str:
    rows = [f"| {n} | {v} |" for n, v in counts.items() if not n.startswith(("cell", "tag hc"))]
    return "\n".join(["| what | sentences |", "|---|---|", *rows])


def _agreement(passes: list[AnnotatedSentence], book: Codebook) -> str:
    result = measure_agreement(passes, book)
    rows = [
        f"| {frame} | {_measure(result.alpha[frame])} | {_measure(result.stance_kappa[frame])} |"
        for frame in book.frame_ids
    ]
    settled = [
        json.loads(row) for row in (_LABELS / "settled.jsonl").read_text("utf-8").splitlines()
    ]
    dropped = sum(row["frames"] is None for row in settled)
    head = "| frame | Krippendorff's α, presence | Cohen's κ, stance |\n|---|---|---|"
    note = (
        f"Before settling: {result.sentences} sentences labelled twice, "
        f"{len(result.disagreements)} differently; {len(settled)} settled, "
        f"{dropped} of them dropped as unclear."
    )
    return "\n".join([head, *rows, "", note])


def _measure(measure: Measure) -> str:
    return f"{measure.value:.3f} [{measure.low:.3f}, {measure.high:.3f}]"


if __name__ == "__main__":
    CARD.write_text(card_with_figures(), encoding="utf-8")
