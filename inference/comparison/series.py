"""What another model does to a published series: its shares, and the differences of outlets.

Articles of a scored archive are scored again; shares before and after are of the same articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from framescope.data.codebook import require_same
from framescope.data.errors import InputError
from framescope.inference.comparison.corrected_series import CorrectedBreak, correct_break
from framescope.inference.comparison.counts import Cell, cells_of, connect
from framescope.inference.comparison.fates import Fate, fate_of
from framescope.inference.comparison.prevalence import Estimate
from framescope.inference.comparison.rescore import OutletCounts, article_counts, rescore
from framescope.inference.manifest import ScoredArchive
from framescope.models.classifier import FrameClassifier

_DRAWS = 1000
_LEVELS = (0.025, 0.975)

Floats = NDArray[np.float64]


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
    """The difference of two outlets (first minus second) before and after."""

    frame: str
    stance: str | None
    first: str
    second: str
    before: Estimate
    after: Estimate
    fate: Fate


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """All shares and differences of a series, before and after.

    These are naive counts; ``corrected`` has what gold drawn from the archive makes of them.
    """

    archives: list[str]
    articles: int
    shares: list[Share]
    differences: list[OutletDifference]
    corrected: CorrectedBreak | None

    def as_json(self) -> dict[str, Any]:
        """The figures, for the decision record."""
        return {
            "archive": self.archives,
            "articles": self.articles,
            "summary": dict(Counter(d.fate for d in self.differences)),
            "shares": [asdict(s) for s in self.shares],
            "differences": [asdict(d) for d in self.differences],
            "corrected": self.corrected and self.corrected.as_json(),
        }


def series_break(
    archives: Sequence[ScoredArchive],
    challenger: FrameClassifier,
    *,
    sample: int | None = None,
    gold: Sequence[Path] = (),
) -> SeriesBreak:
    """Score the articles of a series again and compare.

    The challenger is bounded in false alarms as the archive was, by its own frameless sentences.
    Sentences that the archive's model abstained from stay out of both.

    Args:
        archives: Opened together, scored by one bundle.
        challenger: Under the same codebook.
        sample: Number of articles to draw; all if None.
        gold: Annotated sentences drawn from the archives, to correct the shares of both; it
            needs all articles.

    Raises:
        InputError: The codebooks differ, no sentence was scored, gold was not drawn from these
            archives, or a file cannot be read.
    """
    first = archives[0]
    require_same(first.codebook, str(first.folder), challenger.codebook, "the challenger")
    bound = first.settings.get("max_false_alarms_per_1000")
    model = challenger if bound is None else challenger.bounded(float(bound))
    cells = cells_of(model.space)
    try:
        with connect(archives) as connection:
            rescore(connection, model, sample)
            outlets = article_counts(connection, cells)
            shares, differences = _judged(outlets, cells)
            fates = {(d.frame, d.stance, d.first, d.second): d.fate for d in differences}
            corrected = correct_break(connection, archives, cells, gold, fates) if gold else None
    except duckdb.Error as error:
        raise InputError(f"cannot read the scored sentences: {error}") from error
    articles = sum(len(o.sentences) for o in outlets)
    names = [archive.folder.name for archive in archives]
    return SeriesBreak(names, articles, shares, differences, corrected)


def _judged(
    outlets: Sequence[OutletCounts], cells: Sequence[Cell]
) -> tuple[list[Share], list[OutletDifference]]:
    """Shares of every outlet and differences of every two, in every cell."""
    drawn = {o.outlet: _draws(o, seed=i) for i, o in enumerate(outlets)}
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
                    cell.frame, cell.stance, one, other, before, after, fate_of(before, after)
                )
            )
    return shares, differences


def _draws(outlet: OutletCounts, *, seed: int) -> tuple[Floats, Floats]:
    """Shares before and after, shape (1 + draws, cells), from the same draws of articles.

    The first row is of the articles as they are, the others are a bootstrap (Efron 1979).
    """
    n = len(outlet.sentences)
    random = np.random.default_rng(seed)
    weights = random.multinomial(n, np.full(n, 1 / n), size=_DRAWS).astype(np.float64)
    weights = np.concatenate([np.ones((1, n)), weights])
    whole = np.maximum(weights @ outlet.sentences, 1)[:, None]
    return weights @ outlet.before / whole, weights @ outlet.after / whole


def _estimate(drawn: Floats) -> Estimate:
    low, high = np.quantile(drawn[1:], _LEVELS)
    return Estimate(float(drawn[0]), float(low), float(high))
