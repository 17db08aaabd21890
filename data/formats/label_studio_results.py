"""The ``result`` list of a Label Studio annotation: choices, labels and taxonomies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from framescope.data.codebook import Codebook
from framescope.data.formats.rows import list_in, object_in

#: A label that only marks a region as a sentence; its frames are in choices for the region.
MARKER = "sentence"
_KINDS = ("choices", "labels", "hypertextlabels", "taxonomy")


@dataclass(slots=True)
class Region:
    """A marked span of the text with all results that are about it."""

    start: Any
    end: Any
    quote: str | None
    results: list[dict[str, Any]] = field(default_factory=list)


def split_results(
    results: Iterable[dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[Region]]:
    """Results about the whole text, and the regions; results of other controls are left out.

    Regions over the same span are one, whether drawn once or once for each label.

    Raises:
        ValueError: A result has no value of the documented form.
    """
    whole: list[dict[str, Any]] = []
    regions: dict[str, Region] = {}
    for result in results:
        value = object_in(result, "value")
        if result.get("type") not in _KINDS:
            continue
        if "start" not in value:
            whole.append(result)
            continue
        # In hypertext, start and end are paths; the offsets in the text are given beside them.
        offsets = object_in(value, "globalOffsets") or value
        quote = value.get("text")
        region = Region(offsets.get("start"), offsets.get("end"), _text(quote))
        key = f"{region.start!r} {region.end!r}"
        regions.setdefault(key, region).results.append(result)
    return whole, list(regions.values())


def _text(quote: Any) -> str | None:
    return quote if isinstance(quote, str) else None


def labels_in(results: Iterable[dict[str, Any]], codebook: Codebook) -> list[Any]:
    """Labels of results about one text, with stances that stand apart put to their frames.

    A stance may be in the label (``frame:stance``), the child in a taxonomy, a choice of a
    control that has the frame's name, or a choice beside one or more bare frames.

    Raises:
        ValueError: A result has no value of the documented form.
    """
    found = [label for result in results for label in _values(result, codebook)]
    told = {label.partition(":")[0] for label in found if ":" in str(label)}
    bare = [label for label in found if label in codebook.frame_ids]
    stances = [label for label in found if label in codebook.stance_ids and label not in bare]
    open_frames = [frame for frame in bare if frame not in told]
    if not (open_frames and stances):
        return [label for label in found if label not in told]
    paired = [f"{frame}:{stance}" for frame in open_frames for stance in stances]
    return [*(label for label in found if label not in {*bare, *stances}), *paired]


def _values(result: dict[str, Any], codebook: Codebook) -> Iterator[Any]:
    control, kind = result.get("from_name"), str(result.get("type"))
    values = list_in(object_in(result, "value"), kind)
    if kind == "taxonomy":
        values = _paths(values)
    for value in values:
        if not isinstance(value, str):
            raise ValueError(f"the label {value!r} is not text")  # noqa: TRY004
        if control in codebook.frame_ids and value in codebook.stance_ids:
            yield f"{control}:{value}"
        elif value.lower() != MARKER or value in codebook.frame_ids:
            yield value


def _paths(paths: list[Any]) -> list[str]:
    """Taxonomy paths as labels; a parent chosen along with its child adds nothing."""
    if not all(isinstance(path, list) for path in paths):
        raise ValueError("taxonomy: expected a list of paths")
    names = [":".join(map(str, path)) for path in paths]
    return [n for n in names if not any(other.startswith(f"{n}:") for other in names)]
