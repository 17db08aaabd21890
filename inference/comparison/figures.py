"""All that is counted in one view of the archives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from framescope.inference.comparison.changes import Change, find_changes
from framescope.inference.comparison.counts import cells_of, count_groups
from framescope.inference.comparison.events import Event, Shift, find_shifts
from framescope.inference.comparison.prevalence import Prevalence, estimate_group
from framescope.inference.comparison.voices import VoicePrevalence, count_voices
from framescope.models.labels import LabelSpace


@dataclass(frozen=True, slots=True)
class Figures:
    """Prevalences by outlet, month and voice, and what changed in time."""

    by_outlet: list[Prevalence]
    by_month: list[Prevalence]
    by_voice: list[VoicePrevalence]
    shifts: list[Shift]
    changes: list[Change]

    def as_json(self) -> dict[str, Any]:
        """The figures, for machines."""
        return asdict(self)


def figures_of(
    connection: duckdb.DuckDBPyConnection,
    space: LabelSpace,
    source: str,
    *,
    events: Sequence[Event],
    voices: bool,
) -> Figures:
    """Count and estimate.

    Args:
        connection: With the view ``source``, and the table ``voices`` if they are counted.
        space: Frames and stances of the archives.
        source: The view to count in.
        events: Before and after which the use of frames is compared.
        voices: Whether to tell voices apart.
    """
    cells = cells_of(space)
    outlets, months = (
        list(count_groups(connection, cells, by_month=by_month, source=source))
        for by_month in (False, True)
    )
    return Figures(
        by_outlet=[p for group in outlets for p in estimate_group(group, cells)],
        by_month=[p for group in months for p in estimate_group(group, cells)],
        by_voice=count_voices(connection, space, source) if voices else [],
        shifts=[s for e in events for s in find_shifts(connection, cells, e, source)],
        changes=find_changes(months, cells),
    )
