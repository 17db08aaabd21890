"""What another model does to a published series: its shares, and the differences of outlets.

Articles of a scored archive are scored again; shares before and after are of the same articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from framescope.data.codebook import require_same
from framescope.data.errors import InputError
from framescope.inference.comparison.counts import Cell, cells_of
from framescope.inference.comparison.prevalence import Estimate
from framescope.inference.comparison.rescore import OutletCounts, rescored_counts
from framescope.inference.manifest import ScoredArchive
from framescope.models.classifier import FrameClassifier

_DRAWS = 1000
_LEVELS = (0.025, 0.975)

Floats = NDArray[np.float64]
Fate = Literal["kept", "lost", "gained", "changed sign", "open"]
#: Hits (articles, cells), sentences (articles,) and weights of articles (draws, articles) to the
#: share of each cell in each draw, shape (draws, cells).
Estimator = Callable[[Floats, Floats, Floats], Floats]


def naive_shares(hits: Floats, sentences: Floats, weights: Floats) -> Floats:
    """Shares of what was decided, the classifier's own errors not corrected."""
    return np.asarray((weights @ hits) / np.maximum(weights @ sentences, 1)[:, None])


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one cell in one outlet before and after, and its change."""

    outlet: str
    frame: str
    stance: str | None
    before: float
    after: float
    change: Estimate


@dataclass(frozen=True, slots=True)
class OutletDifference:
    """The difference of two outlets (first minus second) before and after.

    ``fate``: a difference is told apart from 0 where its 95 % interval lies on one side of it. It
    was and is so with the same sign (``kept``) or another (``changed sign``), was so (``lost``),
    is so (``gained``), or neither (``open``).
    """

    frame: str
    stance: str | None
    first: str
    second: str
    before: Estimate
    after: Estimate
    fate: Fate


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """All shares and differences of a series, before and after."""

    archives: list[str]
    articles: int
    estimator: str
    shares: list[Share]
    differences: list[OutletDifference]

    def as_json(self) -> dict[str, Any]:
        """The figures, for the decision record."""
        return {
            "archive": self.archives,
            "articles": self.articles,
            "estimator": self.estimator,
            "summary": dict(Counter(d.fate for d in self.differences)),
            "shares": [asdict(s) for s in self.shares],
            "differences": [asdict(d) for d in self.differences],
        }


def series_break(
    archives: Sequence[ScoredArchive],
    challenger: FrameClassifier,
    *,
    sample: int | None = None,
    estimator: Estimator = naive_shares,
    estimator_name: str = "naive counting, the same articles before and after",
) -> SeriesBreak:
    """Score the articles of a series again and compare.

    The challenger is bounded in false alarms as the archive was, by its own frameless sentences.
    Sentences that the archive's model abstained from stay out of both.

    Args:
        archives: Opened together, scored by one bundle.
        challenger: Under the same codebook.
        sample: Number of articles to draw; all if None.
        estimator: Makes shares of counts.
        estimator_name: What to call it.

    Raises:
        InputError: The codebooks differ, or no sentence was scored.
    """
    first = archives[0]
    require_same(first.codebook, str(first.folder), challenger.codebook, "the challenger")
    bound = first.settings.get("max_false_alarms_per_1000")
    model = challenger if bound is None else challenger.bounded(float(bound))
    cells = cells_of(model.space)
    outlets = rescored_counts(archives, model, cells, sample)
    if not outlets:
        raise InputError("no sentence was scored", path=first.folder)
    shares, differences = _judged(outlets, cells, estimator)
    articles = sum(len(o.sentences) for o in outlets)
    names = [archive.folder.name for archive in archives]
    return SeriesBreak(names, articles, estimator_name, shares, differences)


def _judged(
    outlets: Sequence[OutletCounts], cells: Sequence[Cell], estimator: Estimator
) -> tuple[list[Share], list[OutletDifference]]:
    """Shares of every outlet and differences of every two, in every cell."""
    drawn = {o.outlet: _draws(o, estimator, seed=i) for i, o in enumerate(outlets)}
    shares, differences = [], []
    for c, cell in enumerate(cells):
        for outlet, (old, new) in drawn.items():
            change = _estimate(new[:, c] - old[:, c])
            points = float(old[0, c]), float(new[0, c])
            shares.append(Share(outlet, cell.frame, cell.stance, *points, change))
        for one, other in combinations(drawn, 2):
            pair = zip(drawn[one], drawn[other], strict=True)
            before, after = (_estimate(a[:, c] - b[:, c]) for a, b in pair)
            differences.append(
                OutletDifference(
                    cell.frame, cell.stance, one, other, before, after, _fate(before, after)
                )
            )
    return shares, differences


def _draws(outlet: OutletCounts, estimator: Estimator, *, seed: int) -> tuple[Floats, Floats]:
    """Shares before and after, shape (1 + draws, cells), from the same draws of articles.

    The first row is of the articles as they are, the others are a bootstrap (Efron 1979).
    """
    n = len(outlet.sentences)
    random = np.random.default_rng(seed)
    weights = random.multinomial(n, np.full(n, 1 / n), size=_DRAWS).astype(np.float64)
    weights = np.concatenate([np.ones((1, n)), weights])
    before, after = (estimator(h, outlet.sentences, weights) for h in (outlet.before, outlet.after))
    return before, after


def _estimate(drawn: Floats) -> Estimate:
    low, high = np.quantile(drawn[1:], _LEVELS)
    return Estimate(float(drawn[0]), float(low), float(high))


def _sign(estimate: Estimate) -> int:
    """1 or -1 where the interval lies on one side of 0, else 0."""
    return int(estimate.low > 0) - int(estimate.high < 0)


def _fate(before: Estimate, after: Estimate) -> Fate:
    signs = _sign(before), _sign(after)
    if signs == (0, 0):
        return "open"
    if 0 in signs:
        return "gained" if signs[0] == 0 else "lost"
    return "kept" if signs[0] == signs[1] else "changed sign"
