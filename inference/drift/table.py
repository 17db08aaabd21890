"""Drift for a terminal."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from framescope.data.console import printable
from framescope.inference.comparison.prevalence import Estimate
from framescope.inference.drift.measures import Drift

_COLUMNS = {
    "abstained": "abstained",
    "known_words": "known words",
    "unlike_training": "AUC",
    "close_calls": "close calls",
    "score_shift": "PSI",
}


def drift_table(drift: Drift) -> Table:
    """Measures by outlet and month with their intervals; what has drifted is marked."""
    table = Table("outlet", "month", "articles", *_COLUMNS.values(), "", box=None, pad_edge=False)
    table.caption = (
        f"known words expected in new documents: {drift.training_known_words:.2f}; "
        f"{drift.left_out} outlets and months with fewer than 5 articles left out"
    )
    for group in drift.groups:
        measures = (_told(getattr(group.measured, name)) for name in _COLUMNS)
        outlet = Text(printable(group.outlet))
        mark = "drifted" if group.drifted else ""
        table.add_row(outlet, group.month or "all", str(group.articles), *measures, mark)
    return table


def _told(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    return f"{estimate.share:.2f} ({estimate.low:.2f}–{estimate.high:.2f})"
