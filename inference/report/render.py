"""Filling the report's template."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framescope.data.errors import InputError
from framescope.inference.comparison.compare import Comparison
from framescope.inference.report.evidence import evidence_data, json_for_script
from framescope.inference.report.findings import findings_of
from framescope.inference.report.links import EvidenceLinks
from framescope.inference.report.methods import Methods, methods_of
from framescope.inference.report.scored import left_out_of, scoring_told
from framescope.inference.report.shown import shown, web_address
from framescope.inference.report.tables import tables_of
from framescope.inference.report.views import (
    VIEW_MEANINGS,
    VIEW_NAMES,
    frame_titles,
    most_framed,
    stance_titles,
    views_of,
)

if TYPE_CHECKING:
    from jinja2 import Environment

    from framescope.inference.report.charts.chart import Chart

_HERE = Path(__file__).parent
#: Outlets in the tables of the page, and clusters of wire copy; the files have all of them.
MOST_LISTED = 100
MOST_CLUSTERS = 15
#: The report is to stay below 3 MB. A row of tables is one outlet and frame in one view.
_MOST_BYTES, _LEAST_ROOM, _BYTES_A_ROW = 2_800_000, 400_000, 1000


@dataclass(frozen=True, slots=True)
class Report:
    """What stands in the report, as a page and apart.

    Attributes:
        html: The page; it needs nothing else.
        charts: Its charts.
        tables: Its tables by name, whole, as rows of plain values.
        methods: The methods paragraph.
    """

    html: str
    charts: list[Chart]
    tables: dict[str, list[dict[str, Any]]]
    methods: Methods


def render_report(comparison: Comparison) -> Report:
    """Draw, tell and lay out a comparison.

    Raises:
        InputError: The extra ``report`` is not installed.
    """
    try:
        from framescope.inference.report.drawings import draw_charts
    except ImportError as error:
        raise InputError("the report needs: pip install 'framescope[report]'") from error
    links = EvidenceLinks(comparison)
    charts = draw_charts(comparison, links)
    methods = methods_of(comparison)
    context = _figures(comparison, links) | _own_files(comparison, _room(comparison, charts))
    template = _environment().get_template("report.html.j2")
    html = template.render(context, charts=charts, methods=methods)
    return Report(html, list(charts.values()), tables_of(comparison), methods)


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    filters: dict[str, Callable[[Any], Any]] = {
        "percent": lambda value: f"{100 * value:.2f}",
        "points": lambda value: f"{100 * value:.1f}",
        "number": lambda value: f"{value:,}",
        "p": lambda value: "< 0.001" if value < 0.001 else f"= {value:.3f}",  # noqa: PLR2004
        "shown": shown,
        "web": web_address,
        # Vega escapes the texts that it draws.
        "drawn": lambda chart: Markup(chart.drawn),  # noqa: S704
    }
    environment.filters.update(filters)
    return environment


def _figures(comparison: Comparison, links: EvidenceLinks) -> dict[str, Any]:
    from framescope.inference.report.drawings import event_titles

    views = views_of(comparison)
    clusters = comparison.wire.articles if comparison.wire else []
    across = [c for c in clusters if len(c.firsts()) > 1]
    return {
        "comparison": comparison,
        "told": scoring_told(comparison),
        "left_out": left_out_of(comparison),
        "titles": frame_titles(comparison),
        "stance_titles": stance_titles(comparison),
        "views": views,
        "view_names": VIEW_NAMES,
        "view_meanings": VIEW_MEANINGS,
        "listed": set(most_framed(views["all"].by_outlet, MOST_LISTED)),
        "correct": {
            (c.outlet, c.frame, c.stance): c
            for correction in comparison.corrected[:1]
            for c in correction.by_outlet
        },
        "findings": [findings_of(c, comparison.codebook.frame_ids) for c in comparison.corrected],
        "events": event_titles(comparison),
        "clusters": clusters,
        "widest": sorted(across, key=lambda c: (-len(c.firsts()), -len(c.members)))[:MOST_CLUSTERS],
        "across": len(across),
        "link": links.to,
        "voice_link": links.to_voice,
        "version": version("framescope"),
    }


def _room(comparison: Comparison, charts: Mapping[str, Chart]) -> int:
    """Bytes left for the sentences beside charts and tables; some in any case."""
    outlets = min(MOST_LISTED, len(comparison.outlets))
    rows = outlets * len(comparison.codebook.frames) * len(views_of(comparison))
    drawn = sum(len(chart.drawn.encode()) for chart in charts.values())
    return max(_LEAST_ROOM, _MOST_BYTES - drawn - _BYTES_A_ROW * rows)


def _own_files(comparison: Comparison, room: int) -> dict[str, Any]:
    """Style, script and data, that the template takes as they are."""
    from markupsafe import Markup

    script = (_HERE / "report.js").read_text(encoding="utf-8")
    data = evidence_data(comparison, room)
    return {
        "style": Markup((_HERE / "report.css").read_text(encoding="utf-8")),  # noqa: S704
        "script": Markup(script),  # noqa: S704
        "script_hash": f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
        "evidence": Markup(json_for_script(data)),  # noqa: S704
        "carried": len(data["rows"]),
    }
