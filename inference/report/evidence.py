"""The sentences behind the figures, as data of the page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from framescope.data.voice.detect import VOICES
from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.evidence import Mention
from framescope.inference.explain import WordWeight, strongest
from framescope.inference.report.shown import shown, web_address
from framescope.inference.report.views import VIEW_NAMES, frame_titles, stance_titles
from framescope.inference.wire.views import VIEWS

_LONGEST_TEXT = 2000


def evidence_data(comparison: Comparison, room: int) -> dict[str, Any]:
    """Names and rows; in the rows, positions in lists stand for names.

    A row is outlet, day, address, id, bits of the views that leave it out, voice, text, mentions.

    Args:
        comparison: It has the sentences.
        room: Bytes that the rows may take; where all take more, an even part is given.
    """
    outlets = {name: i for i, name in enumerate(comparison.outlets)}
    left_out = _left_out(comparison)
    rows = [
        [outlets[e.outlet], e.published, web_address(e.url),
         shown(f"{e.article_id}#{e.sentence_index}"),
         left_out.get((e.archive, e.article_id), 0), VOICES.index(e.voice) if e.voice else -1,
         _cut(shown(e.text)), [_mention(m, comparison) for m in e.mentions]]
        for e in comparison.evidence
    ]  # fmt: skip
    return {
        "outlets": [shown(outlet) for outlet in outlets],
        "frames": list(frame_titles(comparison).values()),
        "stances": list(stance_titles(comparison).values()),
        "views": [VIEW_NAMES[view] for view in VIEWS] if comparison.wire else [],
        "voices": list(VOICES) if any(e.voice for e in comparison.evidence) else [],
        "rows": _even_part(rows, room),
    }


def json_for_script(content: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _left_out(comparison: Comparison) -> dict[tuple[int, str], int]:
    """For articles in clusters: bit 0 where ``originals`` leaves it out, bit 1 ``clusters``."""
    if comparison.wire is None:
        return {}
    bits = {}
    for cluster in comparison.wire.articles:
        firsts = set(cluster.firsts().values())
        for member in cluster.members:
            out = (member is not cluster.original, member not in firsts)
            bits[member.archive, member.article_id] = out[0] + 2 * out[1]
    return bits


def _mention(m: Mention, comparison: Comparison) -> list[Any]:
    stances = comparison.codebook.stance_ids
    stance = -1 if m.stance is None else stances.index(m.stance)
    explained = [] if m.words is None else [_words(m.words)]
    frame = comparison.codebook.frame_ids.index(m.frame)
    return [frame, stance, round(m.probability, 3), *explained]


def _words(words: Iterable[WordWeight]) -> list[list[Any]]:
    """Place, level and weight of the words worth naming, the strongest first."""
    named = (w for w in strongest(words) if w.end <= _LONGEST_TEXT)
    return [[w.start, w.end, w.level, round(w.weight, 1)] for w in named]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"


def _even_part(rows: list[list[Any]], room: int) -> list[list[Any]]:
    size = sum(len(json_for_script(row).encode()) + 1 for row in rows)
    part = min(1.0, room / max(1, size))
    return [row for i, row in enumerate(rows) if int((i + 1) * part) > int(i * part)]
