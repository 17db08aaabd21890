"""Addresses inside the report that show the sentences behind a figure.

They are made of positions in lists, never of names: nothing from the data stands in an address.
"""

from __future__ import annotations

from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.prevalence import Prevalence


class EvidenceLinks:
    """Builds ``#/outlet/frame/stance/month`` with a position or ``-`` for each."""

    def __init__(self, comparison: Comparison) -> None:
        self._outlets = {name: i for i, name in enumerate(comparison.outlets)}
        self._frames = {name: i for i, name in enumerate(comparison.codebook.frame_ids)}
        self._stances = {name: i for i, name in enumerate(comparison.codebook.stance_ids)}

    def to(self, p: Prevalence) -> str:
        """The link for one prevalence."""
        stance = "-" if p.stance is None else str(self._stances[p.stance])
        month = "-" if p.month is None else p.month[:7]
        return f"#/{self._outlets[p.outlet]}/{self._frames[p.frame]}/{stance}/{month}"
