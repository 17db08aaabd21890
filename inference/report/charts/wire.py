"""Who printed near-duplicates before whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import altair as alt

from framescope.inference.report.charts.chart import Chart, draw
from framescope.inference.report.shown import shown
from framescope.inference.wire.copies import Order

_MOST_OUTLETS = 16
_CELL = 34


def wire_chart(orders: Sequence[Order]) -> Chart | None:
    """A matrix of outlets: in how many shared clusters the one was before the other."""
    shared: Counter[str] = Counter()
    for order in orders:
        shared[order.first] += order.clusters + order.same_day
        shared[order.later] += order.clusters
    outlets = sorted(name for name, _ in shared.most_common(_MOST_OUTLETS))
    rows = [
        {
            "first": shown(o.first), "later": shown(o.later), "clusters": o.clusters,
            "text": f"{shown(o.first)} before {shown(o.later)}: {o.clusters} clusters;"
            f" order unknown: {o.same_day}",
            "label": f"{o.clusters}+{o.same_day}" if o.same_day else str(o.clusters),
        }
        for o in orders
        if o.first in outlets and o.later in outlets and o.clusters + o.same_day
    ]  # fmt: skip
    if not rows:
        return None
    names = [shown(o) for o in outlets]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("first:N", title="printed first", sort=names, axis=alt.Axis(labelLimit=170)),
        x=alt.X(
            "later:N", title="printed later", sort=names,
            axis=alt.Axis(labelLimit=120, labelAngle=-45, orient="top"),
        ),
    )  # fmt: skip
    scale = alt.Scale(range=["#56B4E933", "#56B4E9"], domainMin=0)
    cells = base.mark_rect(stroke="#8884").encode(
        color=alt.Color("clusters:Q", legend=None, scale=scale), description="text:N"
    )
    numbers = base.mark_text(fontSize=11).encode(text="label:N")
    chart = (cells + numbers).properties(width=alt.Step(_CELL + 8), height=alt.Step(_CELL - 8))
    return draw(
        chart,
        "wire",
        title="Who printed near-duplicates first",
        shows="In how many clusters of near-duplicate articles the outlet of the row has an earlier"
        " date than that of the column; after the plus, those of one day, whose order is unknown.",
        cannot="It cannot show who copied: both may print an agency that is not in the archive.",
    )
