"""How many sentences of each cell are expected to have a frame in truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import frame_columns
from framescope.data.errors import InputError
from framescope.inference.manifest import ScoredArchive
from framescope.inference.sampling.population import Cells, Floats

#: No cell is believed to be purer than this: a classifier's own certainty is not evidence.
_LEAST = 0.001


@dataclass(frozen=True, slots=True)
class Quality:
    """How right the decisions are, for each of F frames, shape (F,).

    Attributes:
        precision: Share of the flagged sentences that have the frame.
        missed: Share of the others that have it too.
        source: Where the figures are from, in words.
    """

    precision: Floats
    missed: Floats
    source: str


def quality_of_bundle(metrics: Mapping[str, Any] | None, cells: Cells) -> Quality:
    """Quality by the bundle's out-of-fold precision and recall; by its probabilities if none.

    Of A flagged sentences A·precision are right, and for each of these (1 - recall) / recall
    were missed.
    """
    flagged = cells.flagged.sum(axis=0)
    others = np.maximum(cells.sentences.sum() - flagged, 1)
    known = (metrics or {}).get("frames") or {}
    if not all(frame in known for frame in cells.frames):
        precision = cells.flagged_mass.sum(axis=0) / np.maximum(flagged, 1)
        missed = cells.other_mass.sum(axis=0) / others
        return Quality(precision, missed, "the calibrated probabilities")
    precision = np.array([known[frame]["precision"] for frame in cells.frames])
    recall = np.maximum([known[frame]["recall"] for frame in cells.frames], 0.05)
    missed = np.minimum(flagged * precision * (1 - recall) / recall / others, 1)
    return Quality(precision, missed, "the bundle's held-out precision and recall")


def quality_of_gold(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[ScoredArchive],
    gold: Sequence[AnnotatedSentence],
) -> Quality:
    """Quality by sentences that were drawn from these archives for estimation, and annotated.

    Each weighs 1 / inclusion probability; half a hit is added to both sides of each share
    (Jeffreys' prior on the effective number of sentences).

    Raises:
        InputError: None of them is.
    """
    hashes = {archive.hash for archive in archives}
    weights = {
        s.id: (s, 1 / (s.sampling.inclusion_probability or 1))
        for s in gold
        if s.frames is not None
        and s.sampling is not None
        and s.sampling.purpose == "estimation"
        and s.sampling.archive in hashes
    }
    frames = archives[0].codebook.frame_ids
    rows = _decisions(connection, list(weights), frames)
    if not rows:
        wish = "annotated sentences that were drawn from it --for estimation"
        raise InputError("no gold sentence is from the scored archive", expected=wish)
    weight = np.array([weights[row[0]][1] for row in rows])
    truth = np.array([[f in weights[row[0]][0].labels for f in frames] for row in rows])
    found = np.array([row[1:] for row in rows], dtype=bool)
    shares = [
        [_share(weight[mask[:, f]], truth[mask[:, f], f]) for f in range(len(frames))]
        for mask in (found, ~found)
    ]
    told = f"{len(rows)} gold sentences of the archive"
    return Quality(np.array(shares[0]), np.array(shares[1]), told)


def _decisions(
    connection: duckdb.DuckDBPyConnection, ids: list[str], frames: Sequence[str]
) -> list[tuple[Any, ...]]:
    names = ", ".join(f'"{frame_columns(frame)[0]}"' for frame in frames)
    return connection.execute(
        f"SELECT wanted.id, {names} FROM sentences JOIN (SELECT unnest(?) AS id) AS wanted "  # noqa: S608
        f"ON wanted.id = article_id || '#' || sentence_index WHERE abstained IS NULL",
        [ids],
    ).fetchall()


def _share(weight: Floats, hit: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    if not len(weight):
        return 0.5
    effective = weight.sum() ** 2 / (weight**2).sum()
    return float((effective * weight[hit].sum() / weight.sum() + 0.5) / (effective + 1))


def expected_shares(cells: Cells, quality: Quality) -> Floats:
    """The share of each cell expected to have each frame, shape (C, F).

    Right and missed sentences are spread over the cells in proportion to P(frame).
    """
    flagged = cells.flagged.sum(axis=0)
    right = quality.precision * flagged / np.maximum(cells.flagged_mass.sum(axis=0), 1e-9)
    others = cells.sentences.sum() - flagged
    missed = quality.missed * others / np.maximum(cells.other_mass.sum(axis=0), 1e-9)
    expected = right * cells.flagged_mass + missed * cells.other_mass
    return np.asarray(np.clip(expected / cells.sentences[:, None], _LEAST, 1 - _LEAST))
