"""Whose words the frames are in."""

from __future__ import annotations

import altair as alt

from framescope.data.voice.detect import VOICES
from framescope.inference.comparison.compare import Comparison
from framescope.inference.report.charts.chart import COLOURS, Chart, draw
from framescope.inference.report.charts.stances import stacked
from framescope.inference.report.links import EvidenceLinks
from framescope.inference.report.shown import shown
from framescope.inference.report.views import MOST_ROWS, frame_titles, most_framed, views_of
from framescope.inference.wire.views import View


def voice_chart(comparison: Comparison, links: EvidenceLinks, view: View) -> Chart | None:
    """Own, quoted and attributed parts of each frame, by outlet; None without voices."""
    figures = views_of(comparison)[view]
    outlets = most_framed(figures.by_outlet, MOST_ROWS)
    titles = frame_titles(comparison)
    rows = [
        {
            "outlet": shown(p.outlet),
            "title": titles[p.frame],
            "voice": p.voice,
            "order": VOICES.index(p.voice),
            "count": p.count,
            "link": links.to_voice(p, view),
            "text": f"{shown(p.outlet)}: {titles[p.frame]}, {p.voice}: {p.count} sentences",
        }
        for p in figures.by_voice
        if p.stance is None and p.count and p.outlet in outlets
    ]
    if not rows:
        return None
    scale = alt.Scale(domain=list(VOICES), range=[COLOURS[0], COLOURS[4], COLOURS[3]])
    colour = alt.Color("voice:N", sort=list(VOICES), title="voice", scale=scale)
    return draw(
        stacked(rows, list(titles.values()), colour),
        f"voices-{view}",
        title="Whose words the frames are in",
        shows="How an outlet's sentences with a frame divide into its own words, quotations, and"
        " what it attributes to a speaker or document.",
        cannot="It cannot show whether the outlet agrees with whom it quotes; rules decide the"
        " voice and err in about one of ten sentences of real news.",
    )
