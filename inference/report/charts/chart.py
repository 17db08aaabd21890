"""A drawn chart: in the page, alone as SVG, and as PNG."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert as vlc

#: Colours that colour-blind readers can tell apart (Okabe & Ito 2008).
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8a8a8a"]
STANCE_COLOURS = ["#0072B2", "#D55E00", "#9a9a9a", *COLOURS[2:]]
ROW_HEIGHT = 22
_WIDTH = 1080
_CONVERTER_BASE = "https://vega.github.io/vega-datasets/"
_INK, _PAPER = "#1b1f24", "#ffffff"
#: Pixels of a PNG for each of the SVG: sharp in print at the width of a page.
_PNG_SCALE = 2.5
_MARK = re.compile(
    r'<(path|rect|line) aria-label="([^"]*)" role="graphics-symbol"'
    r'(?: aria-roledescription="[^"]*")?([^>]*?)(?:/>|></\1>)'
)
_LINK = re.compile(r"<a [^>]*>|</a>")
_TAG = re.compile(r'<[a-zA-Z][^<>"]*(?:"[^"]*"[^<>"]*)*>')
_BACKGROUND = re.compile(r'<path class="background"[^<>]*?d="[^"]*"(?: pointer-events="none")?/>')
#: What says nothing in the page, where a drawing is one image with one label.
_NEEDLESS = re.compile(
    r' (?:aria-[a-z]+|role|class|target|pointer-events)="[^"]*"| opacity="1"| stroke-width="1"'
)
_LONG_NUMBER = re.compile(r"(\d\.\d\d)\d{3,}")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and what is to be told with it.

    Attributes:
        name: File name without its ending, and id in the page.
        title: What it is, in a few words.
        shows: One sentence: what it shows.
        cannot: One sentence: what it cannot show.
        drawn: SVG whose texts take the page's colour and whose marks link into the page.
    """

    name: str
    title: str
    shows: str
    cannot: str
    drawn: str

    @property
    def alone(self) -> str:
        """SVG that stands alone: black on white, without links."""
        svg = _LINK.sub("", self.drawn).replace("currentColor", _INK)
        start = svg.index(">") + 1
        return f'{svg[:start]}<rect width="100%" height="100%" fill="{_PAPER}"/>{svg[start:]}'

    @property
    def png(self) -> bytes:
        """The same as an image."""
        image: bytes = vlc.svg_to_png(self.alone, scale=_PNG_SCALE)
        return image


def draw(chart: Any, name: str, *, title: str, shows: str, cannot: str) -> Chart:
    """Draw an Altair chart."""
    return Chart(name, title, shows, cannot, _svg(chart, name))


def by_title(titles: Sequence[str], **legend: Any) -> alt.Color:
    """Colour by the field ``title``, the same for each frame in every chart."""
    colours = [COLOURS[i % len(COLOURS)] for i in range(len(titles))]
    scale = alt.Scale(domain=list(titles), range=colours)
    return alt.Color("title:N", legend=None, scale=scale, **legend)


def panels(titles: Sequence[str]) -> alt.Column:
    """A panel for each frame, beside each other."""
    return alt.Column("title:N", title=None, sort=list(titles))


def in_panels(chart: Any, titles: Sequence[str], height: Any) -> Any:
    """A layered chart as one panel for each frame, of that height, beside each other."""
    sized = chart.properties(width=panel_width(len(titles)), height=height)
    return sized.facet(column=panels(titles))


def outlet_axis(order: Sequence[str] | None = None, *, lines: bool = False) -> alt.Y:
    """Outlets from top to bottom, with a line for each to follow; long names are cut."""
    axis = alt.Axis(labelLimit=170, ticks=False, labelPadding=6, grid=lines, domain=False)
    return alt.Y("outlet:N", sort=order, title=None, axis=axis)


def panel_width(count: int) -> int:
    """Width of one of several panels beside each other, labels at the left."""
    return max(100, (_WIDTH - 190) // max(1, count) - 22)


def _svg(chart: Any, name: str) -> str:
    text = {"labelColor": "currentColor", "titleColor": "currentColor"}
    # The page's font may be wider than the one that Vega measures with: leave room for labels.
    spec = chart.to_dict() | {
        "background": None,
        "padding": {"left": 28, "right": 12, "top": 5, "bottom": 5},
    }
    spec["config"] = {
        "font": "system-ui, sans-serif",
        "view": {"stroke": None},
        "axis": {**text, "gridColor": "#8884", "domainColor": "#8888", "tickColor": "#8888"},
        "legend": {**text, "orient": "bottom"},
        "header": {**text, "labelFontSize": 12, "labelFontWeight": "bold"},
        "text": {"color": "currentColor"},
    }
    return _for_page(vlc.vegalite_to_svg(spec), name)


def _for_page(svg: str, name: str) -> str:
    # A title is what browsers show under the pointer, without a script.
    svg = _MARK.sub(_titled, svg)
    svg = _BACKGROUND.sub("", svg)
    # Texts of strangers stand between the tags: only tags are rewritten.
    return _TAG.sub(lambda tag: _rewritten(tag[0], name), svg)


def _titled(mark: re.Match[str]) -> str:
    tag, label, rest = mark.groups()
    return f"<{tag}{rest}><title>{label.replace('<', '&lt;')}</title></{tag}>"


def _rewritten(tag: str, name: str) -> str:
    # The converter makes relative addresses absolute; ours lead to a place in the page itself.
    tag = tag.replace(f'href="{_CONVERTER_BASE}#', 'href="#')
    # A hundred marks are no stops for the keyboard: the table below has the same links.
    tag = tag.replace("<a ", '<a tabindex="-1" ')
    tag = _LONG_NUMBER.sub(r"\1", _NEEDLESS.sub("", tag))
    # Several drawings stand in one page: their clips must not bear one name.
    return re.sub(r'(id="|url\(#)(clip|gradient)', rf"\1{name}-\2", tag)
