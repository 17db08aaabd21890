from __future__ import annotations

import re
from xml.etree import ElementTree

import altair as alt
import pytest

from framescope.inference.report.charts.chart import Chart, draw, outlet_axis
from framescope.inference.report.charts.reliability import reliability_chart

EVIL = '<img src=x onerror="a()"> & class="x" 1.234567 </title></svg><script>a()</script>'


@pytest.fixture(scope="module")
def chart() -> Chart:
    rows = [{"outlet": EVIL, "x": 0.123456789, "link": "#/0/0/-/-/0/-", "text": EVIL}]
    points = alt.Chart(alt.Data(values=rows)).mark_point().encode(
        y=outlet_axis(), x="x:Q", href="link:N", description="text:N"
    )  # fmt: skip
    return draw(points, "points", title="t", shows="s", cannot="c")


def test_a_drawing_is_sound_and_holds_texts_as_texts(chart: Chart) -> None:
    for svg in (chart.drawn, chart.alone):
        root = ElementTree.fromstring(svg)
        assert {element.tag.split("}")[1] for element in root.iter()} <= {
            "svg", "g", "path", "rect", "line", "text", "a", "title", "defs", "clipPath",
        }  # fmt: skip
        titles = [e.text for e in root.iter() if e.tag.endswith("title")]
        assert titles == [EVIL]


def test_marks_lead_into_the_page_and_are_no_stops_for_the_keyboard(chart: Chart) -> None:
    links = re.findall(r"<a [^>]*>", chart.drawn)
    assert links == ['<a tabindex="-1" xlink:href="#/0/0/-/-/0/-">']
    assert "<a" not in chart.alone


def test_texts_take_the_colour_of_the_page_and_black_alone(chart: Chart) -> None:
    assert "currentColor" in chart.drawn
    assert "currentColor" not in chart.alone
    assert chart.png.startswith(b"\x89PNG")


def test_each_bin_of_a_reliability_diagram_tells_its_figures() -> None:
    bins = [{"stated": 0.12, "observed": 0.25, "sentences": 40}]
    chart = reliability_chart({"reliability": {"help": bins, "trade": bins * 2}}, {"help": EVIL})
    assert chart is not None
    titles = [e.text or "" for e in ElementTree.fromstring(chart.drawn).iter() if "title" in e.tag]
    told = [t for t in titles if "stated 0.12, observed 0.25 (0.14 to 0.40), 40 sentences" in t]
    assert {t.split(": stated")[0] for t in told} == {EVIL, "trade"}
    assert reliability_chart({"frames": {}}, {}) is None
