"""Frames by month, and around events."""

from __future__ import annotations

from typing import Any

import altair as alt

from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.events import Shift
from framescope.inference.comparison.figures import Figures
from framescope.inference.report.charts.chart import (
    ROW_HEIGHT,
    Chart,
    by_title,
    draw,
    in_panels,
    outlet_axis,
    panel_width,
)
from framescope.inference.report.charts.shares import share_row
from framescope.inference.report.links import EvidenceLinks
from framescope.inference.report.shown import shown
from framescope.inference.report.views import (
    MOST_PANELS,
    MOST_ROWS,
    frame_titles,
    most_framed,
    views_of,
)
from framescope.inference.wire.views import View

_LEVEL = 0.05


def month_chart(comparison: Comparison, links: EvidenceLinks, view: View) -> Chart | None:
    """Monthly share of sentences with each frame; None where fewer than two months are dated."""
    figures = views_of(comparison)[view]
    outlets = most_framed(figures.by_outlet, MOST_PANELS)
    rows = [
        share_row(p, comparison, links, view)
        for p in figures.by_month
        if p.stance is None and p.outlet in outlets
    ]
    if len({row["month"] for row in rows}) < 2:  # noqa: PLR2004
        return None
    titles = list(frame_titles(comparison).values())
    label = alt.Header(labelAngle=0, labelAlign="right", labelExpr="split(datum.label, ' ')")
    column = alt.Header(labelLimit=panel_width(len(outlets)))
    # Months with few articles have intervals up to the whole; they may leave the picture.
    top = min(1.0, 1.5 * max(row["share"] for row in rows) or 1.0)
    chart = (
        _lines(rows + _days(figures, comparison, outlets), titles, top)
        .properties(width=panel_width(len(outlets)), height=90)
        .facet(
            row=alt.Row("title:N", title=None, sort=titles, header=label),
            column=alt.Column(
                "outlet:N", title=None, sort=[shown(o) for o in outlets], header=column
            ),
        )
    )
    return draw(chart, f"months-{view}", **_month_words(len(outlets) < len(comparison.outlets)))


def _lines(rows: list[dict[str, Any]], titles: list[str], top: float) -> Any:
    month = alt.X("month:T", title=None, axis=alt.Axis(format="%b %y", tickCount=3, labelAngle=0))
    height = alt.Y(
        "share:Q", title=None, axis=alt.Axis(format="~%", tickCount=3),
        scale=alt.Scale(domain=[0, top]),
    )  # fmt: skip
    base = alt.Chart(alt.Data(values=rows)).encode(x=month, color=by_title(titles))
    months = base.transform_filter("isValid(datum.share)")
    told = {"href": "link:N", "description": "text:N"}
    band = months.mark_area(opacity=0.15, clip=True).encode(y="low:Q", y2="high:Q")
    line = months.mark_line(strokeWidth=1.5).encode(y=height)
    point = months.mark_point(filled=True, size=18, opacity=1).encode(y=height, **told)
    day = base.transform_filter("!isValid(datum.share)").mark_rule(strokeDash=[4, 3], opacity=0.9)
    return band + line + point + day.encode(color=alt.value("#8a8a8a"), description="text:N")


def _days(figures: Figures, comparison: Comparison, outlets: list[str]) -> list[dict[str, Any]]:
    """Where a change was found, and the events, in every panel that they belong to."""
    titles = frame_titles(comparison)
    days = [
        (c.outlet, c.frame, c.month, f"likeliest change: {(c.month or '')[:7]}")
        for c in figures.changes
        if c.verdict == "change"
    ]
    days += [
        (s.outlet, s.frame, s.day, f"event: {shown(s.event)}, {s.day}")
        for s in figures.shifts
        if s.stance is None
    ]
    return [
        {"outlet": shown(outlet), "title": titles[frame], "month": day, "text": text}
        for outlet, frame, day, text in days
        if outlet in outlets
    ]


def _month_words(cut: bool) -> dict[str, str]:
    which = f", for the {MOST_PANELS} outlets with the most framed sentences" if cut else ""
    return {
        "title": "Frames by month",
        "shows": f"The monthly share of sentences with the frame as counted{which}; bands are 95 %"
        " intervals, cut off where they leave the picture, broken lines events and found changes.",
        "cannot": "It cannot show causes, nor changes in how often the classifier errs; months"
        " with few articles swing by chance.",
    }


def shift_chart(comparison: Comparison, event: str, number: int, view: View) -> Chart | None:
    """Differences between after and before an event, by outlet and frame."""
    figures = views_of(comparison)[view]
    outlets = most_framed(figures.by_outlet, MOST_ROWS)
    titles = frame_titles(comparison)
    rows = [
        _shift_row(s, titles[s.frame])
        for s in figures.shifts
        if s.event == event and s.stance is None and s.outlet in outlets
    ]
    if not rows:
        return None
    return draw(
        _shifts(rows, list(titles.values())),
        f"event-{number}-{view}",
        title=f"Before and after: {shown(event)}",
        shows="By how many points the share of sentences with the frame differs after the day from"
        " before, with 95 % intervals; filled where it survives adjustment for all that was"
        " tested.",
        cannot="It cannot show that the event was the cause: something else may have changed, or"
        " the outlet printed more about it.",
    )


def _shifts(rows: list[dict[str, Any]], titles: list[str]) -> Any:
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=outlet_axis(lines=True), color=by_title(titles), description="text:N"
    )
    axis = alt.Axis(format="+.1~%", tickCount=4)
    line = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="after less before", axis=axis), x2="high:Q"
    )
    fill = alt.condition("datum.survives", by_title(titles), alt.value("transparent"))
    point = base.mark_point(size=45, opacity=1).encode(x="share:Q", fill=fill)
    zero = base.mark_rule(color="#8a8a8a").encode(
        x=alt.datum(0), y=alt.value(0), y2=alt.value("height"), color=alt.value("#8a8a8a")
    )
    chart = in_panels(zero + line + point, titles, alt.Step(ROW_HEIGHT))
    return chart.resolve_scale(x="independent")


def _shift_row(s: Shift, title: str) -> dict[str, Any]:
    gap = s.difference
    outlet = shown(s.outlet)
    return {
        "outlet": outlet, "title": title, "share": gap.share, "low": gap.low, "high": gap.high,
        "survives": s.p_adjusted is not None and s.p_adjusted <= _LEVEL,
        "text": f"{outlet}: {title}, {s.before.share:.2%} before, {s.after.share:.2%} after",
    }  # fmt: skip
