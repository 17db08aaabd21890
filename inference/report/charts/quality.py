"""How often the model is right on sentences held out from training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from framescope.inference.report.charts.chart import (
    ROW_HEIGHT,
    Chart,
    by_title,
    draw,
    in_panels,
)

#: Names in ``metrics.json``, and how they are told.
MEASURES = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "stance_accuracy": "stance accuracy",
}


def quality_chart(metrics: Mapping[str, Any], titles: Mapping[str, str]) -> Chart | None:
    """Precision, recall, F1 and stance accuracy of each frame, with 95 % intervals if known."""
    rows = [
        _row(metrics, frame, name, titles)
        for frame, values in metrics["frames"].items()
        for name in MEASURES
        if values.get(name) is not None
    ]
    if not rows:
        return None
    names = [titles.get(frame, frame) for frame in metrics["frames"]]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("measure:N", sort=list(MEASURES.values()), title=None),
        color=by_title(names),
        description="text:N",
    )
    scale = alt.Scale(domain=[min(0.5, *(r["low"] for r in rows)), 1])
    line = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=alt.Axis(tickCount=5)), x2="high:Q"
    )
    point = base.mark_point(filled=True, size=50, opacity=1).encode(x="value:Q")
    return draw(
        in_panels(line + point, names, alt.Step(ROW_HEIGHT)),
        "quality",
        title="How often the model is right",
        shows="For each frame, how many flagged sentences have it (precision), how many that have"
        " it are flagged (recall), and how often the stance is right, with 95 % intervals.",
        cannot="It cannot show how the model does on your archive: these are sentences of the"
        " training corpus, held out.",
    )


def _row(
    metrics: Mapping[str, Any], frame: str, name: str, titles: Mapping[str, str]
) -> dict[str, Any]:
    value = metrics["frames"][frame][name]
    intervals = (metrics.get("intervals") or {}).get("frames", {}).get(frame, {})
    low, high = intervals.get(name) or (value, value)
    text = f"{titles.get(frame, frame)}: {MEASURES[name]} {value:.3f} ({low:.3f} to {high:.3f})"
    return {
        "title": titles.get(frame, frame), "measure": MEASURES[name], "value": value, "low": low,
        "high": high, "text": text,
    }  # fmt: skip
