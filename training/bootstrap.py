"""Intervals by bootstrap over documents.

The bootstrap is Efron's (1979), the intervals are percentiles (Efron & Tibshirani 1993, ch. 13).

Sentences of one document are alike, so whole documents are drawn. Every metric is a function of
counts that add up over documents: a draw is a vector of weights, and no prediction is recounted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framescope.models.resampling import document_codes, document_weights

Counts = NDArray[np.float64]
Interval = tuple[float, float]

_DRAWS, _FEWEST_DRAWS = 2000, 200
_LEVELS = (0.025, 0.975)
_MOST_CELLS = 20_000_000


def _ratio(part: Counts, whole: Counts) -> Counts:
    """The ratio; NaN in draws where it is not defined, which tell nothing about it."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _f1(true: Counts, found: Counts, gold: Counts) -> Counts:
    return _ratio(2 * true, found + gold)


class _ByDocument:
    """Sums over documents of what holds for each sentence."""

    def __init__(self, groups: Sequence[str], *, seed: int) -> None:
        self._codes = document_codes(groups)
        documents = int(self._codes.max()) + 1
        draws = min(_DRAWS, max(_FEWEST_DRAWS, _MOST_CELLS // documents))
        self._weights = document_weights(documents, draws=draws, seed=seed)

    def drawn(self, values: Any) -> Counts:
        """Totals of per-sentence values (n, …) in every draw, shape (draws, …)."""
        values = np.asarray(values)
        flat = values.reshape(len(values), -1).astype(np.float64)
        totals = np.zeros((self._weights.shape[1], flat.shape[1]))
        np.add.at(totals, self._codes, flat)
        return (self._weights @ totals).reshape(-1, *values.shape[1:])


def interval_of(draws: Counts) -> Interval | None:
    """The 95 % interval of draws; None if none is defined."""
    defined = draws[~np.isnan(draws)]
    if not len(defined):
        return None
    low, high = np.quantile(defined, _LEVELS)
    return float(low), float(high)


def _macro(f1: Counts, real: NDArray[np.bool_]) -> Counts:
    """Mean over frames; one that gold lacks altogether counts as 0, as in the point estimate."""
    counted: Counts = np.where(real.any(axis=0), f1, np.nan_to_num(f1))
    counted[np.isnan(counted).all(axis=1)] = 0
    return np.asarray(np.nanmean(counted, axis=1))


@dataclass(frozen=True, slots=True)
class MetricDraws:
    """Every metric in every draw; NaN where a draw does not define it.

    Attributes:
        overall: By metric, shape (draws,).
        frames: By metric, shape (draws, F).
    """

    overall: dict[str, Counts]
    frames: dict[str, Counts]


def metric_draws(
    codes: NDArray[np.int64],
    stance: NDArray[np.int64],
    gold: NDArray[np.int64],
    *,
    groups: Sequence[str],
    classes: int,
    seed: int = 0,
) -> MetricDraws:
    """All the metrics of an evaluation in every draw of documents.

    Draws depend on groups and seed alone: of two classifiers on one gold, the draws are paired.

    Args:
        codes: Decided classes, shape (n, F).
        stance: Likeliest stances, shape (n, F).
        gold: True classes, shape (n, F).
        groups: Document of each sentence.
        classes: Number of classes C, absent counted.
        seed: Seed of the draws.
    """
    by_document = _ByDocument(groups, seed=seed)
    found, real = np.asarray(codes > 0), np.asarray(gold > 0)
    true, n_found, n_gold = (by_document.drawn(v) for v in (found & real, found, real))
    f1 = _f1(true, n_found, n_gold)
    hits = by_document.drawn(real & (codes == gold))
    frameless = ~real.any(axis=1)
    alarms = by_document.drawn(frameless & found.any(axis=1))
    overall = {
        "macro_f1": _macro(f1, real),
        "micro_f1": _f1(true.sum(axis=1), n_found.sum(axis=1), n_gold.sum(axis=1)),
        "joint_micro_f1": _f1(hits.sum(axis=1), n_found.sum(axis=1), n_gold.sum(axis=1)),
        "false_alarms_per_1000": 1000 * _ratio(alarms, by_document.drawn(frameless)),
    }
    per_frame = {
        "precision": _ratio(true, n_found),
        "recall": _ratio(true, n_gold),
        "f1": f1,
        "joint_f1": _f1(hits, n_found, n_gold),
    }
    if classes > 2:  # noqa: PLR2004  (absent and present alone carry no stance)
        accuracy = _ratio(by_document.drawn(real & (stance == gold)), n_gold)
        per_frame["stance_accuracy"] = accuracy
        per_frame["stance_macro_f1"] = _stance_macro_f1(by_document, stance, gold, classes)
    return MetricDraws(overall, per_frame)


def bootstrap_intervals(
    codes: NDArray[np.int64],
    stance: NDArray[np.int64],
    gold: NDArray[np.int64],
    *,
    groups: Sequence[str],
    frames: Sequence[str],
    classes: int,
    seed: int = 0,
) -> dict[str, Any]:
    """95 % intervals of all the metrics of an evaluation.

    Args:
        codes: Decided classes, shape (n, F).
        stance: Likeliest stances, shape (n, F).
        gold: True classes, shape (n, F).
        groups: Document of each sentence.
        frames: The F frame ids.
        classes: Number of classes C, absent counted.
        seed: Seed of the draws.

    Returns:
        ``(low, high)`` under the names of the metrics, those of single frames under ``frames``;
        None for what no draw defines.
    """
    drawn = metric_draws(codes, stance, gold, groups=groups, classes=classes, seed=seed)
    return {
        **{name: interval_of(draws) for name, draws in drawn.overall.items()},
        "frames": {
            frame: {name: interval_of(draws[:, f]) for name, draws in drawn.frames.items()}
            for f, frame in enumerate(frames)
        },
    }


def _stance_macro_f1(
    by_document: _ByDocument, stance: NDArray[np.int64], gold: NDArray[np.int64], classes: int
) -> Counts:
    """Macro-F1 over the stances that gold or prediction shows, in every draw; (draws, F)."""
    real = np.asarray(gold > 0)
    each = [(real & (stance == c), gold == c) for c in range(1, classes)]
    found = np.stack([by_document.drawn(f) for f, _ in each], axis=2)
    given = np.stack([by_document.drawn(g) for _, g in each], axis=2)
    true = np.stack([by_document.drawn(f & g) for f, g in each], axis=2)
    shown = (found + given) > 0
    total = np.nan_to_num(_f1(true, found, given)).sum(axis=2)
    defined = np.where(given.sum(axis=2) > 0, shown.sum(axis=2), 0)
    return _ratio(total, defined.astype(float))
