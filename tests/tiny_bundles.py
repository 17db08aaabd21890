"""Linear bundles of a moment, for tests of what keeps and compares bundles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.output import write_json
from framescope.data.provenance import corpus_hash
from framescope.models.bundle import save_bundle
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import DecisionRule
from framescope.models.labels import LabelSpace
from framescope.models.linear import LinearScorer


def make_bundle(
    folder: Path,
    codebook: Codebook,
    sentences: Sequence[AnnotatedSentence],
    *,
    threshold: float = 0.5,
) -> str:
    """Write a linear bundle whose hash depends on the threshold; returns the hash."""
    space = LabelSpace.of(codebook)
    scorer = LinearScorer.fit([s.text for s in sentences], space.encode(sentences), space)
    frames = len(space.frames)
    rule = DecisionRule(np.ones(frames), np.full(frames, threshold))
    folder.mkdir(parents=True)
    training = {
        "corpus": {"hash": corpus_hash(sentences), "sentences": len(sentences)},
        "settings": {"model": "linear", "folds": 5, "seed": 13},
    }
    found = save_bundle(folder, FrameClassifier(codebook, scorer, rule), training=training)
    by_frame = {frame: {"f1": threshold} for frame in space.frames}
    write_json(folder / "metrics.json", {"macro_f1": threshold, "frames": by_frame})
    return found
