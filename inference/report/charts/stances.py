"""Stances toward each frame by outlet, as divided bars."""

from __future__ import annotations

from typing import Any

import altair as alt

from framescope.inference.comparison.compare import Comparison
from framescope.inference.report.charts.chart import (
    ROW_HEIGHT,
    STANCE_COLOURS,
    Chart,
    draw,
    in_panels,
    outlet_axis,
)
from framescope.inference.report.charts.shares import share_row
from framescope.inference.report.links import EvidenceLinks
from framescope.inference.report.views import (
    MOST_ROWS,
    frame_titles,
    most_framed,
    stance_titles,
    views_of,
)
from framescope.inference.wire.views import View


def stance_chart(comparison: Comparison, links: EvidenceLinks, view: View) -> Chart | None:
    """Stances among the sentences that have a frame, by outlet; None without stances."""
    counted = views_of(comparison)[view].by_outlet
    stances = stance_titles(comparison)
    outlets = most_framed(counted, MOST_ROWS)
    rows = [
        {**share_row(p, comparison, links, view), "stance": stances[p.stance],
         "order": list(stances).index(p.stance)}
        for p in counted
        if p.stance is not None and p.count and p.outlet in outlets
    ]  # fmt: skip
    if not rows:
        return None
    titles = list(frame_titles(comparison).values())
    names = list(stances.values())
    colour = alt.Scale(domain=names, range=STANCE_COLOURS)
    chart = stacked(rows, titles, alt.Color("stance:N", sort=names, title="stance", scale=colour))
    return draw(
        chart,
        f"stances-{view}",
        title="Stances toward each frame",
        shows="How an outlet's sentences that carry a frame divide over the stances toward it.",
        cannot="It cannot show how often the frame occurs: a full bar may stand for one sentence;"
        " nor does it hold the classifier's errors about stances.",
    )


def stacked(rows: list[dict[str, Any]], titles: list[str], colour: alt.Color) -> Any:
    """Bars of a frame's sentences by outlet, each divided into its parts."""
    share = alt.X(
        "count:Q", stack="normalize", title="share of the frame's sentences",
        axis=alt.Axis(format="%", values=[0, 0.5, 1]),
    )  # fmt: skip
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            y=outlet_axis(), x=share, color=colour, order="order:Q", href="link:N",
            description="text:N",
        )
    )  # fmt: skip
    return in_panels(bars, titles, alt.Step(ROW_HEIGHT))
