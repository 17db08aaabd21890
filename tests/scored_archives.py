"""Scored archives made up on the spot, with known truth."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from framescope.data.codebook import Codebook
from framescope.inference.table import scored_schema
from framescope.models.labels import LabelSpace

#: The scored sentences and, for each, the frames that it has in truth.
Rows = list[dict[str, Any]]


def write_scored(
    folder: Path, codebook: Codebook, rows: Rows, *, metrics: dict[str, Any] | None = None
) -> Path:
    """Rows as a scored archive; what a row leaves out is filled in."""
    (folder / "sentences").mkdir(parents=True)
    space = LabelSpace.of(codebook)
    blank = {
        "published": None, "url": None, "start": 0, "end": 1, "duplicate_of": None,
        "abstained": None,
    }  # fmt: skip
    schema = scored_schema(space)
    full = [{name: (blank | row).get(name) for name in schema.names} for row in rows]
    pq.write_table(
        pa.Table.from_pylist(full, schema=schema), folder / "sentences/part-00000.parquet"
    )
    manifest = {
        "codebook": codebook.model_dump(mode="json"),
        "codebook_hash": codebook.hash,
        "bundle_hash": "b" * 64,
        "model_type": "framescope_linear",
        "settings": {"thresholds": dict.fromkeys(space.frames, 0.5), "abstain": True},
        "counts": {"sentences": len(rows)},
        "inputs": [{"name": folder.name, "bytes": 0}],
        "metrics": metrics,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def make_rows(codebook: Codebook, outlets: dict[str, int], *, seed: int = 0) -> Rows:
    """Sentences of articles of five, with calibrated probabilities, frames rare.

    Args:
        codebook: Names the frames.
        outlets: Articles of each outlet.
        seed: Seed of probabilities and truth; the truth stands in the field ``truth``.
    """
    random = np.random.default_rng(seed)
    rows: Rows = []
    for outlet, articles in outlets.items():
        for i in range(articles * 5):
            row: dict[str, Any] = {
                "article_id": f"{outlet}-{i // 5}", "sentence_index": i % 5, "outlet": outlet,
                "text": f"Sentence {i} of {outlet} tells {random.integers(10**6)}.", "truth": {},
                "published": date(2023, 1 + i // 5 % 12, 1 + i // 60 % 28),
            }  # fmt: skip
            for frame in codebook.frame_ids:
                p = float(random.beta(0.06, 0.5))
                row |= {frame: p >= 0.5, f"{frame}_probability": p}
                if p >= 0.5 and codebook.stance_ids:
                    row[f"{frame}_stance"] = str(random.choice(codebook.stance_ids))
                    row[f"{frame}_stance_probability"] = 0.8
                if random.random() < p:
                    row["truth"][frame] = codebook.stance_ids[0] if codebook.stance_ids else None
            rows.append(row)
    return rows
