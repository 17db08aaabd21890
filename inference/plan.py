"""What a scoring run is made of: all that has to agree where one run goes on from another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from framescope.data.articles.read import Source
from framescope.data.provenance import versions
from framescope.models.classifier import FrameClassifier

#: Parts of a manifest that follow from others or from the articles.
_FOLLOWING = {"codebook", "metrics", "counts", "cascade"}
_MOST_TOLD = 3


def build_plan(
    classifier: FrameClassifier,
    sources: Sequence[Source],
    settings: Mapping[str, Any],
    metrics: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """All of the manifest but the counts: what a run has to share with the one it goes on from."""
    return {
        "codebook_hash": classifier.codebook.hash,
        "bundle_hash": classifier.hash,
        "model_type": classifier.scorer.kind,
        "computed": classifier.scorer.computed,
        "languages": list(classifier.scope.languages),
        "versions": versions(),
        "settings": dict(settings),
        "inputs": [{"name": source.name, "bytes": source.size} for source in sources],
        "codebook": classifier.codebook.model_dump(mode="json"),
        "metrics": dict(metrics) if metrics else None,
    }


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What differs between two plans (or a manifest and a plan), each in a few words."""
    old, new = _flat(before), _flat(now)
    differing = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    for name in differing[:_MOST_TOLD]:
        yield f"{name} was {_short(old.get(name))}, now {_short(new.get(name))}"
    if len(differing) > _MOST_TOLD:
        yield f"{len(differing) - _MOST_TOLD} more"


def _flat(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan as one level of readable names."""
    inputs = {f"size of {entry['name']}": entry["bytes"] for entry in plan["inputs"]}
    flat: dict[str, Any] = {}
    for name, value in plan.items():
        if isinstance(value, Mapping) and name not in _FOLLOWING:
            flat |= {f"{name}.{key}": part for key, part in value.items()}
        elif name not in _FOLLOWING | {"inputs"}:
            flat[name] = value
    return flat | inputs


def _short(value: object) -> str:
    if value is None:
        return "not there"
    text = str(value)
    return text if len(text) <= 60 else text[:12]  # noqa: PLR2004  (hashes by their start)
