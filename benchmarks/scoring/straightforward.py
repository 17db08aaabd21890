"""The script that a user would write without Framescope, run as a process of its own.

``python -m benchmarks.scoring.straightforward ARCHIVE BUNDLE OUTPUT``: pandas reads the articles,
``transformers.pipeline(batch_size=32)`` in float32 reads every sentence, pandas writes Parquet. The
bundle's sentence cutter, linear baseline and decision rule are Framescope's own, so that both ways
answer the same question.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.scoring.peers import pipeline
from framescope.data.segmentation import segment
from framescope.models.blend import BlendScorer
from framescope.models.bundle import load_bundle


def score(archive: Path, bundle: Path, output: Path) -> None:
    """Score every sentence of titles and descriptions; one row each."""
    table = pd.read_parquet(archive)
    texts = []
    for title, body in zip(table["title"], table["description"], strict=True):
        text = f"{title or ''}\n\n{body or ''}"
        texts += [text[span.start : span.end] for span in segment(text)]
    model = load_bundle(bundle, device="cpu", precision="fp32")
    scorer: Any = model.scorer
    if isinstance(scorer, BlendScorer):
        network: Any = scorer.network
        logits = scorer.mixed(pipeline(network)(texts), scorer.linear.logits(texts))
    else:
        logits = pipeline(scorer)(texts)
    scores = model.rule.apply(logits)
    rows: dict[str, Any] = {"text": texts}
    for f, frame in enumerate(model.space.frames):
        rows[frame] = scores.present[:, f]
        rows[f"{frame}_probability"] = scores.frame_probability[:, f]
    pd.DataFrame(rows).to_parquet(output)


if __name__ == "__main__":
    score(*map(Path, sys.argv[1:4]))
