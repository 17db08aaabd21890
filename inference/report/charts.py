"""Charts as SVG, drawn by Vega-Lite before the report is opened."""

from __future__ import annotations

from collections import Counter
from typing import Any

import altair as alt
import vl_convert as vlc

from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.prevalence import Prevalence
from framescope.inference.report.links import EvidenceLinks

#: Colours that colour-blind readers can tell apart (Okabe & Ito 2008).
_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8a8a8a"]
_STANCE_COLOURS = ["#0072B2", "#D55E00", "#9a9a9a", *_COLOURS[2:]]
_WIDTH = 890
_MOST_LINES = 6
_CONVERTER_BASE = "https://vega.github.io/vega-datasets/"
_HEIGHT_OF_OUTLET = 22


def outlet_chart(comparison: Comparison, links: EvidenceLinks) -> str:
    """Share of sentences with each frame, by outlet, with 95 % intervals."""
    rows = [_row(p, comparison, links) for p in comparison.by_outlet if p.stance is None]
    frames = comparison.codebook.frame_ids
    order = sorted(
        comparison.outlets, key=lambda o: -sum(r["share"] for r in rows if r["outlet"] == o)
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("outlet:N", sort=order, title=None, axis=alt.Axis(labelLimit=170)),
        href="link:N",
        description="text:N",
    )
    share = alt.Axis(format=".1%", tickCount=4)
    marks = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="share of sentences", axis=share), x2="high:Q"
    ) + base.mark_point(filled=True, size=55, opacity=1).encode(x="share:Q")
    chart = (
        marks.encode(color=_frame_colour(comparison))
        .properties(width=_panel_width(len(frames)), height=_HEIGHT_OF_OUTLET * len(order))
        .facet(column=alt.Column("title:N", title=None, sort=list(_titles(comparison).values())))
        .resolve_scale(x="independent")
    )
    return _svg(chart)


def stance_chart(comparison: Comparison, links: EvidenceLinks) -> str | None:
    """Stances among the sentences that have a frame, by outlet; None without stances."""
    stances = comparison.codebook.stance_ids
    rows = [
        {**_row(p, comparison, links), "stance": p.stance, "order": stances.index(p.stance)}
        for p in comparison.by_outlet
        if p.stance is not None and p.count
    ]
    if not rows:
        return None
    frames = comparison.codebook.frame_ids
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            y=alt.Y("outlet:N", title=None, axis=alt.Axis(labelLimit=170)),
            x=alt.X("count:Q", stack="normalize", title="share of the frame's sentences",
                    axis=alt.Axis(format="%", tickCount=4)),
            color=alt.Color("stance:N", sort=list(stances), title="stance",
                            scale=alt.Scale(domain=list(stances), range=_STANCE_COLOURS)),
            order="order:Q",
            href="link:N",
            description="text:N",
        )
        .properties(width=_panel_width(len(frames)), height=alt.Step(_HEIGHT_OF_OUTLET))
        .facet(column=alt.Column("title:N", title=None, sort=list(_titles(comparison).values())))
    )  # fmt: skip
    return _svg(chart)


def month_chart(comparison: Comparison, links: EvidenceLinks) -> str | None:
    """Monthly share of sentences with each frame; None where fewer than two months are dated."""
    shown = most_framed(comparison)
    rows = [
        _row(p, comparison, links)
        for p in comparison.by_month
        if p.stance is None and p.outlet in shown
    ]
    if len({row["month"] for row in rows}) < 2:  # noqa: PLR2004
        return None
    # Months with few articles have intervals up to the whole; they may leave the picture.
    top = min(1.0, 1.5 * max(row["share"] for row in rows) or 1.0)
    share = alt.Axis(format="~%", tickCount=3)
    month = alt.Axis(format="%b %y", tickCount=2, labelAngle=0)
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("month:T", title=None, axis=month),
        color=_frame_colour(comparison),
        href="link:N",
        description="text:N",
    )
    header = alt.Header(labelAngle=0, labelAlign="left", labelExpr="split(datum.label, ' ')")
    height = alt.Y("share:Q", title=None, axis=share, scale=alt.Scale(domain=[0, top]))
    lines = base.mark_line(strokeWidth=2).encode(y=height)
    points = base.mark_point(filled=True, size=36, opacity=1).encode(y=height)
    bands = base.mark_area(opacity=0.15, clip=True).encode(y="low:Q", y2="high:Q")
    chart = (
        (bands + lines + points)
        .properties(width=_panel_width(len(shown)), height=90)
        .facet(
            row=alt.Row(
                "title:N", title=None, sort=list(_titles(comparison).values()), header=header
            ),
            column=alt.Column("outlet:N", title=None, sort=shown),
        )
    )
    return _svg(chart)


def most_framed(comparison: Comparison) -> list[str]:
    """The outlets with the most framed sentences, as many as a line chart can show."""
    counts: Counter[str] = Counter()
    for p in comparison.by_outlet:
        counts[p.outlet] += p.count if p.stance is None else 0
    return sorted(name for name, _ in counts.most_common(_MOST_LINES))


def _row(p: Prevalence, comparison: Comparison, links: EvidenceLinks) -> dict[str, Any]:
    share = p.of_sentences
    cell = p.frame if p.stance is None else f"{p.frame}, {p.stance}"
    when = "" if p.month is None else f" in {p.month[:7]}"
    return {
        "outlet": p.outlet,
        "title": _titles(comparison)[p.frame],
        "month": p.month,
        "count": p.count,
        "share": share.share,
        "low": share.low,
        "high": share.high,
        "link": links.to(p),
        "text": f"{p.outlet}{when}: {cell} in {p.count} of {p.sentences} sentences, "
        f"{share.share:.2%} ({share.low:.2%} to {share.high:.2%})",
    }


def _titles(comparison: Comparison) -> dict[str, str]:
    return {frame.id: frame.title or frame.id for frame in comparison.codebook.frames}


def _frame_colour(comparison: Comparison) -> alt.Color:
    titles = list(_titles(comparison).values())
    colours = [_COLOURS[i % len(_COLOURS)] for i in range(len(titles))]
    return alt.Color("title:N", legend=None, scale=alt.Scale(domain=titles, range=colours))


def _panel_width(panels: int) -> int:
    """Width of one of several panels beside each other, labels at the left."""
    return max(100, (_WIDTH - 190) // max(1, panels) - 22)


def _svg(chart: alt.FacetChart) -> str:
    """SVG whose texts take the page's colour, so that it reads in light and dark."""
    text = {"labelColor": "currentColor", "titleColor": "currentColor"}
    # The page's font may be wider than the one that Vega measures with: leave room for labels.
    spec = chart.to_dict() | {
        "background": None,
        "padding": {"left": 28, "right": 8, "top": 5, "bottom": 5},
    }
    spec["config"] = {
        "font": "system-ui, sans-serif",
        "view": {"stroke": None},
        "axis": {**text, "gridColor": "#8884", "domainColor": "#8888", "tickColor": "#8888"},
        "legend": {**text, "orient": "bottom"},
        "header": {**text, "labelFontSize": 12, "labelFontWeight": "bold"},
    }
    svg: str = vlc.vegalite_to_svg(spec)
    # The converter makes relative addresses absolute; ours lead to a place in the page itself.
    return svg.replace(f'href="{_CONVERTER_BASE}#', 'href="#')
