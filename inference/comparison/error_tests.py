"""Whether the classifier errs differently by outlet: a permutation test over articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.inference.comparison.intervals import Floats

Ints = NDArray[np.int64]

_PERMUTATIONS = 1999


@dataclass(frozen=True, slots=True)
class ErrorTest:
    """Are the rates of one kind of error equal in all outlets?

    Attributes:
        frame: The frame.
        error: ``missed``: sentences with the frame that were not found; ``false_alarm``:
            sentences without it where it was.
        rates: The rate in each outlet that has such sentences in the gold.
        p: Permutation p-value of equal rates; None with fewer than two outlets.
    """

    frame: str
    error: str
    rates: dict[str, float]
    p: float | None


def compare_errors(
    frame: str,
    outlets: Sequence[str],
    truth: NDArray[np.bool_],
    decided: NDArray[np.bool_],
    weight: Floats,
    article: Ints,
) -> list[ErrorTest]:
    """Test both kinds of error of one frame on n gold sentences.

    Args:
        frame: Its id.
        outlets: Outlet of each sentence.
        truth: Whether gold has the frame, shape (n,).
        decided: Whether the classifier has it, shape (n,).
        weight: Sentences of the archive that each stands for, shape (n,).
        article: Article of each, as a number, shape (n,).
    """
    names, outlet = np.unique(np.asarray(outlets, dtype=object), return_inverse=True)
    tests = []
    for error, at in (("missed", truth), ("false_alarm", ~truth)):
        wrong = (decided != truth)[at]
        sizes, p = _permuted(outlet[at], wrong, weight[at], article[at], len(names))
        told = {str(n): float(r) for n, r in zip(names, sizes, strict=True) if not np.isnan(r)}
        tests.append(ErrorTest(frame, error, told, p if len(told) > 1 else None))
    return tests


def _permuted(
    outlet: Ints, wrong: NDArray[np.bool_], weight: Floats, article: Ints, count: int
) -> tuple[Floats, float]:
    """Rates by outlet, and how often outlets dealt to articles at random differ as much.

    Articles, not sentences, change places: sentences of one article err together. The statistic is
    the weighted sum of squares between outlets; p is (b + 1) / (m + 1) as in
    Phipson & Smyth (2010), for b of m orders.
    """
    _, first, at = np.unique(article, return_index=True, return_inverse=True)
    home = outlet[first] if len(first) else outlet
    errors, sizes = (np.asarray(np.bincount(at, w), float) for w in (weight * wrong, weight))
    rates = _rates(home, errors, sizes, count)
    observed = _between(home, errors, sizes, count)
    random = np.random.default_rng(0)
    drawn = (_between(random.permutation(home), errors, sizes, count) for _ in range(_PERMUTATIONS))
    # Ties differ by rounding alone.
    at_least = sum(value >= observed * (1 - 1e-9) for value in drawn)
    return rates, (1 + at_least) / (1 + _PERMUTATIONS)


def _rates(home: Ints, errors: Floats, sizes: Floats, count: int) -> Floats:
    total = np.bincount(home, sizes, minlength=count)
    found = np.bincount(home, errors, minlength=count)
    return np.where(total > 0, found / np.where(total > 0, total, 1), np.nan)


def _between(home: Ints, errors: Floats, sizes: Floats, count: int) -> float:
    total = np.bincount(home, sizes, minlength=count)
    found = np.bincount(home, errors, minlength=count)
    kept = total > 0
    if not kept.any():
        return 0.0
    mean = found.sum() / total.sum()
    return float((total[kept] * (found[kept] / total[kept] - mean) ** 2).sum())
