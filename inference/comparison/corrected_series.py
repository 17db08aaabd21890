"""What another model does to corrected shares, by gold drawn from the archive itself.

Gold and inclusion probabilities are the same before and after; only the proxy of the difference
estimator (``design.py``) is another: what the archive's model decided, or the challenger. The draw
went by the former, which leaves the latter valid as well, as long as it was not trained on the
gold: the chances are known whatever is decided. So both estimate the same truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from framescope.data.errors import InputError
from framescope.inference.comparison.by_design import correct_with_drawn
from framescope.inference.comparison.corrected import Corrected, Correction
from framescope.inference.comparison.counts import Cell, cells_of, connect, count_groups
from framescope.inference.comparison.design import Interval
from framescope.inference.comparison.drawn_gold import read_drawn_gold
from framescope.inference.comparison.fates import Fate, fate_of
from framescope.inference.comparison.rescore import RESCORED, SCORED
from framescope.inference.manifest import ScoredArchive
from framescope.models.labels import LabelSpace

#: A difference of outlets: frame, stance, first, second.
Pair = tuple[str, str | None, str, str]


@dataclass(frozen=True, slots=True)
class CorrectedShare:
    """The share of one cell in one outlet, with the decisions of either model as proxy.

    Attributes:
        outlet: The outlet.
        frame: The frame.
        stance: The stance, or None for any.
        gold: Gold sentences that both rest on.
        naive: What counting the decisions gives, before and after.
        before: The corrected share by the archive's model; None where gold is too thin.
        after: The same by the challenger.
        agree: Whether the two differ by no more than the chance of the draw allows (95 %), by
            their intervals for this archive alone; None where gold is too thin for one.
    """

    outlet: str
    frame: str
    stance: str | None
    gold: int
    naive: tuple[float, float]
    before: Interval | None
    after: Interval | None
    agree: bool | None


@dataclass(frozen=True, slots=True)
class CorrectedDifference:
    """The corrected difference of two outlets (first minus second), before and after.

    ``fate`` is None where gold is too thin for one of them; ``naive_fate`` is that by counting.
    """

    frame: str
    stance: str | None
    first: str
    second: str
    before: Interval | None
    after: Interval | None
    fate: Fate | None
    naive_fate: Fate


@dataclass(frozen=True, slots=True)
class CorrectedBreak:
    """All corrected shares and differences, in the order of the naive ones."""

    gold: int
    assumption: str
    shares: list[CorrectedShare]
    differences: list[CorrectedDifference]

    @property
    def width(self) -> float | None:
        """Median of the intervals' widths after, as multiples of those before.

        Cells that neither model ever found say nothing of either and are left out.
        """
        pairs = [(s.before, s.after) for s in self.shares if any(s.naive)]
        ratios = [(b.high - b.low, a.high - a.low) for b, a in pairs if a and b and b.high > b.low]
        return float(np.median([after / before for before, after in ratios])) if ratios else None

    def as_json(self) -> dict[str, Any]:
        """The figures, for the decision record."""
        return {
            "gold": self.gold,
            "assumption": self.assumption,
            "width": self.width,
            "summary": dict(Counter(d.fate or "gold too thin" for d in self.differences)),
            "shares": [asdict(s) for s in self.shares],
            "differences": [asdict(d) for d in self.differences],
        }


def require_drawn_gold(gold: Sequence[Path], archives: Sequence[ScoredArchive]) -> None:
    """Refuse what no shares can be corrected by, before anything is trained.

    Raises:
        InputError: As ``read_drawn_gold``, or a file of the archives cannot be read.
    """
    cells = cells_of(LabelSpace.of(archives[0].codebook))
    try:
        with connect(archives) as connection:
            read_drawn_gold(gold, archives, connection, cells)
    except duckdb.Error as error:
        raise InputError(f"cannot read the scored sentences: {error}") from error


def correct_break(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[ScoredArchive],
    cells: Sequence[Cell],
    gold: Sequence[Path],
    naive: Mapping[Pair, Fate],
) -> CorrectedBreak:
    """Correct the shares under both models.

    Args:
        connection: After ``rescore`` of all articles.
        archives: The archives, in the order of ``connection``.
        cells: What is counted.
        gold: Annotated sentences drawn from the archives.
        naive: The fate of every naive difference.

    Raises:
        InputError: Gold was not drawn from these archives.
    """
    before, after = (
        _correction(connection, archives, cells, gold, view) for view in (SCORED, RESCORED)
    )
    shares = [_share(*pair) for pair in zip(before.by_outlet, after.by_outlet, strict=True)]
    shares.sort(key=lambda share: cells.index(Cell(share.frame, share.stance)))
    used = {share.outlet: share.gold for share in shares}
    found = _by_pair(before), _by_pair(after)
    differences = [_difference(pair, *found, fate) for pair, fate in naive.items()]
    return CorrectedBreak(sum(used.values()), before.assumption, shares, differences)


def _correction(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[ScoredArchive],
    cells: Sequence[Cell],
    gold: Sequence[Path],
    view: str,
) -> Correction:
    """All outlets corrected with the decisions of one view as proxy."""
    drawn = read_drawn_gold(gold, archives, connection, cells, source=view)
    outlets = list(count_groups(connection, cells, by_month=False, source=view))
    return correct_with_drawn(outlets, [], cells, drawn)


def _share(old: Corrected, new: Corrected) -> CorrectedShare:
    naive = old.naive, new.naive
    told = old.outlet, old.frame, old.stance, old.gold, naive, old.estimate, new.estimate
    agree = _agree(old.archive, new.archive) if old.archive and new.archive else None
    return CorrectedShare(*told, agree)


def _agree(old: Interval, new: Interval) -> bool:
    """Whether the interval of the difference holds 0: MOVER, Zou & Donner (2008).

    That takes the two for independent. They share the gold, so that it rather errs for agreement.
    """
    gap = new.share - old.share
    below = np.hypot(new.share - new.low, old.high - old.share)
    above = np.hypot(new.high - new.share, old.share - old.low)
    return bool(-above <= gap <= below)


def _by_pair(correction: Correction) -> dict[Pair, Interval]:
    return {(d.frame, d.stance, *d.outlets): d.difference for d in correction.differences}


def _difference(
    pair: Pair, old: Mapping[Pair, Interval], new: Mapping[Pair, Interval], naive: Fate
) -> CorrectedDifference:
    before, after = old.get(pair), new.get(pair)
    fate = fate_of(before, after) if before and after else None
    return CorrectedDifference(*pair, before, after, fate, naive)
