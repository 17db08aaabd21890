"""Addresses inside the report that show the sentences behind a figure.

They are made of positions in lists, never of names: nothing from the data stands in an address.
"""

from __future__ import annotations

from framescope.data.voice.detect import VOICES
from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.prevalence import Prevalence
from framescope.inference.comparison.voices import VoicePrevalence
from framescope.inference.wire.views import VIEWS, View


class EvidenceLinks:
    """Builds ``#/outlet/frame/stance/month/view/voice``, a position or ``-`` for each."""

    def __init__(self, comparison: Comparison) -> None:
        self._outlets = {name: i for i, name in enumerate(comparison.outlets)}
        self._frames = {name: i for i, name in enumerate(comparison.codebook.frame_ids)}
        self._stances = {name: i for i, name in enumerate(comparison.codebook.stance_ids)}

    def to(self, p: Prevalence, view: View = "all") -> str:
        """The link for one prevalence."""
        return self._link(p.outlet, p.frame, p.stance, p.month, view, None)

    def to_voice(self, p: VoicePrevalence, view: View = "all") -> str:
        """The link for one prevalence in a voice."""
        return self._link(p.outlet, p.frame, p.stance, None, view, p.voice)

    def _link(
        self,
        outlet: str,
        frame: str,
        stance: str | None,
        month: str | None,
        view: View,
        voice: str | None,
    ) -> str:
        parts = (
            self._outlets[outlet],
            self._frames[frame],
            "-" if stance is None else self._stances[stance],
            "-" if month is None else month[:7],
            VIEWS.index(view),
            "-" if voice is None else VOICES.index(voice),
        )
        return "#/" + "/".join(map(str, parts))
