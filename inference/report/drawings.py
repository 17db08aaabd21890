"""All charts of a report."""

from __future__ import annotations

from collections.abc import Iterator

from framescope.inference.comparison.compare import Comparison
from framescope.inference.report.charts.chart import Chart
from framescope.inference.report.charts.quality import quality_chart
from framescope.inference.report.charts.reliability import reliability_chart
from framescope.inference.report.charts.shares import share_chart
from framescope.inference.report.charts.stances import stance_chart
from framescope.inference.report.charts.time import month_chart, shift_chart
from framescope.inference.report.charts.voices import voice_chart
from framescope.inference.report.charts.wire import wire_chart
from framescope.inference.report.links import EvidenceLinks
from framescope.inference.report.views import frame_titles, views_of
from framescope.inference.wire.views import View


def draw_charts(comparison: Comparison, links: EvidenceLinks) -> dict[str, Chart]:
    """The charts that there is something to draw for, by name."""
    return {chart.name: chart for chart in _charts(comparison, links) if chart}


def event_titles(comparison: Comparison) -> list[str]:
    """Titles of the events that something is told of, in the order in which they were given."""
    return list(dict.fromkeys(s.event for f in views_of(comparison).values() for s in f.shifts))


def _charts(comparison: Comparison, links: EvidenceLinks) -> Iterator[Chart | None]:
    metrics = comparison.manifests[0]["metrics"]
    if metrics:
        yield quality_chart(metrics, frame_titles(comparison))
        yield reliability_chart(metrics, frame_titles(comparison))
    for view in views_of(comparison):
        yield from _of_view(comparison, links, view)
    if comparison.wire:
        yield wire_chart(comparison.wire.orders)


def _of_view(comparison: Comparison, links: EvidenceLinks, view: View) -> Iterator[Chart | None]:
    for chart in (share_chart, stance_chart, voice_chart, month_chart):
        yield chart(comparison, links, view)
    for number, event in enumerate(event_titles(comparison), start=1):
        yield shift_chart(comparison, event, number, view)
