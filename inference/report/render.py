"""Filling the report's template."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from framescope.data.errors import InputError
from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.counts import Abstention
from framescope.inference.comparison.evidence import Mention
from framescope.inference.explain import WordWeight, strongest
from framescope.inference.report.links import EvidenceLinks
from framescope.models.scope import REASONS

_HERE = Path(__file__).parent


def render_report(comparison: Comparison) -> str:
    """The report as one HTML document.

    Raises:
        InputError: The extra ``report`` is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup

        from framescope.inference.report import charts
    except ImportError as error:
        raise InputError("the report needs: pip install 'framescope[report]'") from error

    links = EvidenceLinks(comparison)
    drawn = {
        "outlets": charts.outlet_chart(comparison, links),
        "stances": charts.stance_chart(comparison, links),
        "months": charts.month_chart(comparison, links),
    }
    script = (_HERE / "report.js").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["percent"] = lambda value: f"{100 * value:.2f}"
    return environment.get_template("report.html.j2").render(
        comparison=comparison,
        totals=_totals(comparison),
        left_out=_left_out(comparison),
        thresholds=comparison.settings[0]["thresholds"] or {},
        bounds=_bounds(comparison),
        frames=comparison.codebook.frames,
        # Vega escapes the texts that it draws; style and script are our own files.
        charts={name: Markup(svg) if svg else None for name, svg in drawn.items()},  # noqa: S704
        lines=charts.most_framed(comparison),
        link=links.to,
        style=Markup((_HERE / "report.css").read_text(encoding="utf-8")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
        evidence=Markup(_json_for_script(evidence_data(comparison))),  # noqa: S704
        version=version("framescope"),
    )


def _totals(comparison: Comparison) -> dict[str, int]:
    names = ("articles", "sentences", "duplicates", "rejected")
    totals = {n: sum(int(m["counts"].get(n, 0)) for m in comparison.manifests) for n in names}
    # Articles and sentences that were read include those of outlets without a scored sentence.
    outlets = len(comparison.outlets) + len(comparison.unscored_outlets)
    return {**totals, "outlets": outlets}


def _bounds(comparison: Comparison) -> list[tuple[float, list[str]]]:
    """Bounds on false alarms per 1,000, and the files that vouch for them, each pair once."""
    found = []
    for settings in comparison.settings:
        bound = settings["max_false_alarms_per_1000"], settings["frameless"] or []
        if bound[0] is not None and bound not in found:
            found.append(bound)
    return found


def _left_out(comparison: Comparison) -> list[tuple[str, int, list[Abstention]]]:
    """Reasons to abstain in words, with the number of sentences and the outlets, most first."""
    found = []
    for reason, words in REASONS.items():
        parts = [part for part in comparison.abstained if part.reason == reason]
        parts.sort(key=lambda part: -part.sentences)
        if parts:
            found.append((words, sum(part.sentences for part in parts), parts))
    return found


def evidence_data(comparison: Comparison) -> dict[str, Any]:
    """The sentences behind the figures, names replaced by positions in lists."""
    outlets = {name: i for i, name in enumerate(comparison.outlets)}
    frames = {name: i for i, name in enumerate(comparison.codebook.frame_ids)}
    stances = {name: i for i, name in enumerate(comparison.codebook.stance_ids)}

    def mention(m: Mention) -> list[Any]:
        stance = -1 if m.stance is None else stances[m.stance]
        explained = [] if m.words is None else [_words(m.words)]
        return [frames[m.frame], stance, round(m.probability, 3), *explained]

    return {
        "outlets": comparison.outlets,
        "frames": [frame.title or frame.id for frame in comparison.codebook.frames],
        "stances": list(stances),
        "rows": [
            [outlets[s.outlet], s.published, s.url, f"{s.article_id}#{s.sentence_index}", s.text,
             [mention(m) for m in s.mentions]]
            for s in comparison.evidence
        ],
    }  # fmt: skip


def _words(words: Iterable[WordWeight]) -> list[list[Any]]:
    """Place, level and weight of the words worth naming, the strongest first."""
    return [[w.start, w.end, w.level, round(w.weight, 1)] for w in strongest(words)]


def _json_for_script(content: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
