"""Whether the model's probabilities mean what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from framescope.inference.comparison.intervals import jeffreys
from framescope.inference.report.charts.chart import Chart, by_title, draw, in_panels

_HEIGHT = 180


def reliability_chart(metrics: Mapping[str, Any], titles: Mapping[str, str]) -> Chart | None:
    """Observed against stated probability of each frame, in bins, with 95 % intervals."""
    bins = metrics.get("reliability") or {}
    rows = [
        _row(titles.get(frame, frame), **values)
        for frame, found in bins.items()
        for values in found
    ]
    if not rows:
        return None
    names = [titles.get(frame, frame) for frame in bins]
    base = alt.Chart(alt.Data(values=rows)).encode(color=by_title(names), description="text:N")
    unit = alt.Scale(domain=[0, 1])
    x = alt.X("stated:Q", title="stated", scale=unit, axis=alt.Axis(tickCount=5))
    axis = alt.Axis(tickCount=5, titleAngle=0, titleAlign="left", titleX=0, titleY=-8)
    y = alt.Y("low:Q", title="observed", scale=unit, axis=axis)
    corners = alt.X("zero:Q", scale=unit), alt.Y("zero:Q", scale=unit), alt.X2("one"), alt.Y2("one")
    right = base.mark_rule(strokeDash=[4, 4]).encode(*corners, color=alt.value("#8a8a8a"))
    line = base.mark_rule(strokeWidth=2).encode(x=x, y=y, y2="high:Q")
    point = base.mark_point(filled=True, size=50, opacity=1).encode(x=x, y="observed:Q")
    return draw(
        in_panels(right + line + point, names, _HEIGHT),
        "reliability",
        title="Whether its probabilities can be believed",
        shows="Sentences in ten groups by the probability that the model states for the frame, and"
        " how many of each group have it, with 95 % intervals; on the dashed line the two agree.",
        cannot="It cannot show that they agree on your archive, where frames are rarer: these are"
        " sentences of the training corpus, held out, and the intervals take each for itself.",
    )


def _row(title: str, stated: float, observed: float, sentences: int) -> dict[str, Any]:
    low, high = (float(v) for v in jeffreys(np.array(observed), np.array(float(sentences))))
    text = f"{title}: stated {stated:.2f}, observed {observed:.2f} ({low:.2f} to {high:.2f})"
    return {
        "title": title, "stated": stated, "observed": observed, "low": low, "high": high,
        "text": f"{text}, {sentences} sentences", "zero": 0, "one": 1,
    }  # fmt: skip
