"""Shares of sentences with each frame, and the stances toward it, by outlet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.corrected import Corrected
from framescope.inference.comparison.prevalence import Prevalence
from framescope.inference.report.charts.chart import (
    ROW_HEIGHT,
    Chart,
    by_title,
    draw,
    in_panels,
    outlet_axis,
)
from framescope.inference.report.links import EvidenceLinks
from framescope.inference.report.shown import shown
from framescope.inference.report.views import (
    MOST_ROWS,
    frame_titles,
    most_framed,
    stance_titles,
    views_of,
)
from framescope.inference.wire.views import View

_SHARE = alt.Axis(format="~%", tickCount=4)
_NAIVE, _CORRECTED = "naive count", "corrected"


def share_chart(comparison: Comparison, links: EvidenceLinks, view: View) -> Chart:
    """Share of sentences with each frame, by outlet, with 95 % intervals; corrected ones too."""
    counted = views_of(comparison)[view].by_outlet
    outlets = most_framed(counted, MOST_ROWS)
    rows = [
        share_row(p, comparison, links, view) | {"kind": _NAIVE}
        for p in counted
        if p.stance is None and p.outlet in outlets
    ]
    corrected = _corrected_rows(comparison, outlets) if view == "all" else []
    order = [row["outlet"] for row in sorted(rows, key=_by_sum(rows))]
    titles = list(frame_titles(comparison).values())
    height = {"step": ROW_HEIGHT + (4 if corrected else 0), "for": "position"}
    points = _points(rows + corrected, titles, order, both=bool(corrected))
    chart = in_panels(points, titles, height).resolve_scale(x="independent")
    return draw(chart, f"shares-{view}", **_share_words(bool(corrected)))


def _points(
    rows: Sequence[dict[str, Any]], titles: list[str], order: list[str], *, both: bool
) -> Any:
    base = alt.Chart(alt.Data(values=list(rows))).encode(
        y=outlet_axis(list(dict.fromkeys(order)), lines=True)
    )
    share = alt.X("low:Q", title="share of sentences", axis=_SHARE)
    line = base.mark_rule(strokeWidth=2).encode(x=share, x2="high:Q")
    told = {"href": "link:N", "description": "text:N"}
    point = base.mark_point(size=50, opacity=1).encode(x="share:Q", **told)
    if not both:
        return (line + point.mark_point(filled=True, size=50, opacity=1)).encode(
            color=by_title(titles)
        )
    kinds = [_CORRECTED, _NAIVE]
    colour = alt.Color(
        "kind:N", title=None, scale=alt.Scale(domain=kinds, range=["#0072B2", "#8a8a8a"])
    )
    shape = alt.Shape(
        "kind:N", title=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])
    )
    place = alt.YOffset("kind:N", sort=kinds)
    return line.encode(color=colour, yOffset=place) + point.encode(
        color=colour, fill=colour, shape=shape, yOffset=place
    )


def _share_words(corrected: bool) -> dict[str, str]:
    if corrected:
        return {
            "title": "Share of sentences with each frame, corrected and as counted",
            "shows": "For each outlet, the share of its sentences that carries the frame: corrected"
            " by gold (circle) and as the classifier decided (diamond), with 95 % intervals.",
            "cannot": "It cannot show what the outlets meant, nor outlets whose gold is too thin to"
            " correct; overlapping intervals alone do not tell whether two outlets differ.",
        }
    return {
        "title": "Share of sentences with each frame, as counted",
        "shows": "For each outlet, the share of its sentences in which the classifier found the"
        " frame, with 95 % intervals over articles; a point leads to its sentences.",
        "cannot": "It cannot show the classifier's errors, which differ from outlet to outlet: the"
        " intervals do not hold them.",
    }


def _corrected_rows(comparison: Comparison, outlets: Sequence[str]) -> list[dict[str, Any]]:
    if not comparison.corrected:
        return []
    titles = frame_titles(comparison)
    return [
        _corrected_row(c, titles[c.frame])
        for c in comparison.corrected[0].by_outlet
        if c.stance is None and c.outlet in outlets and c.estimate
    ]


def _corrected_row(c: Corrected, title: str) -> dict[str, Any]:
    told = c.archive or c.estimate
    assert told is not None  # noqa: S101  (the caller keeps those that are told)
    outlet = shown(c.outlet)
    text = f"{outlet}: {title}, corrected {told.share:.2%} ({told.low:.2%} to {told.high:.2%})"
    values = {"share": told.share, "low": told.low, "high": told.high}
    return {"outlet": outlet, "title": title, "kind": _CORRECTED, "text": text, **values}


def _by_sum(rows: Sequence[dict[str, Any]]) -> Any:
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["outlet"]] = sums.get(row["outlet"], 0.0) - row["share"]
    return lambda row: (sums[row["outlet"]], row["outlet"])


def share_row(
    p: Prevalence, comparison: Comparison, links: EvidenceLinks, view: View
) -> dict[str, Any]:
    """One prevalence as a row of a chart, with its sentence for the pointer."""
    share, outlet = p.of_sentences, shown(p.outlet)
    title = frame_titles(comparison)[p.frame]
    cell = title if p.stance is None else f"{title}, {stance_titles(comparison)[p.stance]}"
    when = "" if p.month is None else f" in {p.month[:7]}"
    return {
        "outlet": outlet,
        "title": title,
        "month": p.month,
        "count": p.count,
        "share": share.share,
        "low": share.low,
        "high": share.high,
        "link": links.to(p, view),
        "text": f"{outlet}{when}: {cell} in {p.count} of {p.sentences} sentences, "
        f"{share.share:.2%} ({share.low:.2%} to {share.high:.2%})",
    }
