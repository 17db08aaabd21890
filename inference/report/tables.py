"""Every table of the report, as rows of plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.evidence import Evidence
from framescope.inference.report.scored import scoring_told
from framescope.inference.report.views import views_of
from framescope.inference.wire.copies import Cluster

Row = dict[str, Any]


def tables_of(comparison: Comparison) -> dict[str, list[Row]]:
    """The tables by name; those without a row are left out."""
    views = views_of(comparison).items()
    corrected = comparison.corrected
    tables = {
        "scored": _scored(comparison),
        "shares": [_row(p, view=v) for v, f in views for p in f.by_outlet],
        "months": [_row(p, view=v) for v, f in views for p in f.by_month],
        "voices": [_row(p, view=v) for v, f in views for p in f.by_voice],
        "events": [_row(s, view=v) for v, f in views for s in f.shifts],
        "changes": [_row(c, view=v) for v, f in views for c in f.changes],
        "corrected": [_row(p, method=c.method) for c in corrected for p in c.by_outlet],
        "corrected_months": [_row(p, method=c.method) for c in corrected for p in c.by_month],
        "differences": [_row(d, method=c.method) for c in corrected for d in c.differences],
        "error_rates": [row for c in corrected for row in _error_rates(c)],
        "quality": _quality(comparison),
        "reliability": _reliability(comparison),
        "abstained": [_row(a) for a in comparison.abstained],
        "wire_clusters": _clusters(comparison.wire.articles) if comparison.wire else [],
        "wire_order": [_row(o) for o in comparison.wire.orders] if comparison.wire else [],
        "sentences": [row for e in comparison.evidence for row in _mentions(e)],
    }
    return {name: rows for name, rows in tables.items() if rows}


def _row(figure: Any, **leading: Any) -> Row:
    """A figure's fields after others; share and limits of an estimate in three columns."""
    row: Row = leading
    for field in fields(figure):
        value = getattr(figure, field.name)
        if str(field.type).startswith(("Estimate", "Interval")):
            for name, part in (("", "share"), ("_low", "low"), ("_high", "high")):
                row[f"{field.name}{name}"] = None if value is None else getattr(value, part)
        elif isinstance(value, tuple):
            row |= {f"{field.name}_{place}": part for place, part in enumerate(value, start=1)}
        else:
            row[field.name] = value
    return row


def _scored(comparison: Comparison) -> list[Row]:
    told = asdict(scoring_told(comparison))
    for nested in ("versions", "thresholds"):
        told |= {f"{nested[:-1]}_{name}": value for name, value in told.pop(nested).items()}
    told["bounds"] = "; ".join(f"{bound:g} ({', '.join(files)})" for bound, files in told["bounds"])
    told |= {"codebook": comparison.codebook.id, "codebook_hash": comparison.codebook.hash}
    return [{"what": name, "value": str(value)} for name, value in told.items()]


def _error_rates(correction: Any) -> list[Row]:
    return [
        {"method": correction.method, "frame": t.frame, "error": t.error, "outlet": outlet,
         "rate": rate, "p": t.p}
        for t in correction.error_tests
        for outlet, rate in t.rates.items()
    ]  # fmt: skip


def _quality(comparison: Comparison) -> list[Row]:
    metrics = comparison.manifests[0]["metrics"] or {}
    intervals = (metrics.get("intervals") or {}).get("frames", {})
    return [
        {"frame": frame, "measure": name, "value": value, "low": low, "high": high}
        for frame, values in metrics.get("frames", {}).items()
        for name, value in values.items()
        for low, high in [intervals.get(frame, {}).get(name) or (None, None)]
    ]


def _reliability(comparison: Comparison) -> list[Row]:
    metrics = comparison.manifests[0]["metrics"] or {}
    bins = metrics.get("reliability") or {}
    return [{"frame": frame, **values} for frame, found in bins.items() for values in found]


def _clusters(clusters: Iterable[Cluster]) -> list[Row]:
    return [
        {"cluster": number, "place": place} | _row(member)
        for number, cluster in enumerate(clusters)
        for place, member in enumerate(cluster.members)
    ]


def _mentions(e: Evidence) -> list[Row]:
    sentence = {
        "outlet": e.outlet, "published": e.published, "url": e.url, "archive": e.archive,
        "article_id": e.article_id, "sentence_index": e.sentence_index, "voice": e.voice,
        "text": e.text,
    }  # fmt: skip
    return [
        sentence | {"frame": m.frame, "stance": m.stance, "probability": m.probability}
        for m in e.mentions
    ]
