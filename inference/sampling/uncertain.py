"""Choosing sentences to train on: near the thresholds, and unlike each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb
import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence, Sampling
from framescope.data.codebook import frame_columns
from framescope.inference.manifest import ScoredArchive
from framescope.inference.sampling.draw import Place, fetch

#: Candidates of a frame for each sentence to choose of it, and at least.
_CANDIDATES, _LEAST_CANDIDATES = 20, 200
#: Cosine of TF-IDF vectors from which on two sentences say the same.
_ALIKE = 0.8


def choose_training(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[ScoredArchive],
    number: int,
    taken: Sequence[AnnotatedSentence],
) -> list[AnnotatedSentence]:
    """Uncertain and diverse sentences, the frames in turn.

    For each frame the candidates are those nearest to its threshold (uncertainty sampling, Lewis &
    Gale 1994); of them, one after the other, that with the greatest product of uncertainty and
    distance to the nearest sentence chosen before (farthest first, Gonzalez 1985).

    Args:
        connection: With the view ``population``.
        archives: The archives of the population.
        number: Sentences to choose; fewer if there are no more that differ.
        taken: Sentences that they must neither share a document with nor be like.
    """
    frames = archives[0].codebook.frame_ids
    documents = [s.group for s in taken]
    most = max(_LEAST_CANDIDATES, _CANDIDATES * -(-number // len(frames)))
    thresholds = archives[0].settings.get("thresholds") or {}
    pools = [
        _candidates(connection, frame, float(thresholds.get(frame, 0.5)), documents, most)
        for frame in frames
    ]
    places = list(dict.fromkeys(place for pool in pools for place in pool))
    uncertainty = np.array([[pool.get(place, 0.0) for pool in pools] for place in places])
    candidates = fetch(connection, {place: _sampling(archives, place) for place in places})
    texts = [s.text for s in candidates], [s.text for s in taken]
    return [candidates[i] for i, _ in farthest(texts[0], uncertainty, texts[1], number)]


def _sampling(archives: Sequence[ScoredArchive], place: Place) -> Sampling:
    # Which frame it is chosen for would lead the annotator.
    return Sampling(stratum="uncertain", archive=archives[place[0]].hash, purpose="training")


def _candidates(
    connection: duckdb.DuckDBPyConnection,
    frame: str,
    threshold: float,
    documents: list[str],
    most: int,
) -> dict[Place, float]:
    """Places with their uncertainty, 1 at the threshold and falling with the log-odds from it.

    Repeated sentences count once. A threshold above 1 silences the frame: there 0.5 is taken.
    """
    odds = f"ln((p + 1e-7) / (1 - p + 1e-7)) - {_log_odds(threshold if threshold < 1 else 0.5)}"
    rows = connection.execute(
        f"""WITH judged AS (
                SELECT *, 1 / cosh(({odds}) / 2) ** 2 AS u
                FROM (SELECT *, "{frame_columns(frame)[1]}"::DOUBLE AS p FROM population)
                WHERE duplicate_of IS NULL AND NOT list_contains(?, article_id))
            SELECT unnest(arg_min(struct_pack(_archive, article_id, sentence_index, u),
                                  printf('%.12f', 1 - u) || article_id || '#' || sentence_index, ?))
            FROM judged""",  # noqa: S608
        [documents, most],
    ).fetchall()
    return {tuple(row.values())[:3]: float(row["u"]) for (row,) in rows}


def _log_odds(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower()) or [text]


def farthest(
    texts: list[str], uncertainty: NDArray[np.float64], taken: list[str], number: int
) -> list[tuple[int, int]]:
    """Indices of the chosen texts, each with the frame that it was chosen for.

    Args:
        texts: n candidates.
        uncertainty: Of each for each frame, 0 where it is no candidate, shape (n, F).
        taken: Texts that they must not be like.
        number: How many to choose.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not texts:
        return []
    vectorizer = TfidfVectorizer(sublinear_tf=True, analyzer=_words, dtype=np.float32)
    vectors = vectorizer.fit_transform(texts + taken)
    candidates, others = vectors[: len(texts)], vectors[len(texts) :]
    likeness = np.zeros(len(texts))
    for i in range(0, others.shape[0], 1000):
        block = (candidates @ others[i : i + 1000].T).max(axis=1)
        likeness = np.maximum(likeness, block.toarray().ravel())
    chosen: list[tuple[int, int]] = []
    idle = 0
    frames = uncertainty.shape[1]
    turn = 0
    while len(chosen) < number and idle < frames:
        f, turn = turn % frames, turn + 1
        value = np.where(likeness < _ALIKE, uncertainty[:, f] * (1 - likeness), 0)
        best = int(value.argmax())
        if value[best] <= 0:
            idle += 1
            continue
        idle = 0
        chosen.append((best, f))
        likeness = np.maximum(likeness, (candidates @ candidates[best].T).toarray().ravel())
        likeness[best] = 1
    return chosen
