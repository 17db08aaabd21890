"""Two bundles side by side: what they were made from, how they decide, how good they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framescope.data.errors import InputError
from framescope.models.bundle import read_json, read_metrics, read_training

#: What ``training.json`` says by itself; the rest of it are settings and data.
_ABOUT = ("codebook", "corpus", "settings", "epochs", "start", "versions")
_OVERALL = ("macro_f1", "micro_f1", "joint_micro_f1", "false_alarms_per_1000")
_BY_FRAME = ("f1", "precision", "recall", "stance_accuracy", "ece")


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact of which two bundles differ; None where a bundle does not tell it."""

    part: str
    name: str
    first: Any
    second: Any


def describe_bundle(folder: Path) -> dict[str, dict[str, Any]]:
    """Facts of a bundle by part: codebook, corpus, settings, thresholds, temperatures, metrics.

    The metrics are its own, from held-out training documents; two bundles are compared by what
    they do on one gold (``framescope retrain``), not by these.
    """
    training, metrics = read_training(folder), read_metrics(folder) or {}
    about = {name: training[name] for name in _ABOUT if training.get(name) is not None}
    calibration = read_json(folder / "calibration.json")
    parts = about | {
        "thresholds": read_json(folder / "thresholds.json"),
        "temperatures": calibration.get("temperatures", {}),
        "metrics (out of fold)": dict(_figures(metrics)),
    }
    return {part: dict(_flat(content, part)) for part, content in parts.items()}


def differences(first: Path, second: Path) -> list[Difference]:
    """All facts of which two bundles differ, in the order of ``describe_bundle``.

    Raises:
        InputError: A bundle lacks a file.
    """
    try:
        parts = describe_bundle(first), describe_bundle(second)
    except (AttributeError, TypeError, KeyError) as error:
        raise InputError(f"a bundle tells things in a form of its own: {error}") from error
    one, other = parts
    names = dict.fromkeys((part, name) for told in parts for part in told for name in told[part])
    found = [
        Difference(part, name, one.get(part, {}).get(name), other.get(part, {}).get(name))
        for part, name in names
    ]
    return [d for d in found if d.first != d.second]


def _figures(metrics: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in _OVERALL:
        if name in metrics:
            yield name, metrics[name]
    for frame, values in metrics.get("frames", {}).items():
        yield from ((f"{frame} {name}", values[name]) for name in _BY_FRAME if name in values)


def _flat(content: Any, name: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(content, Mapping):
        yield name, content
        return
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat({f"{key} {inner}": v for inner, v in value.items()}, name)
        else:
            yield key, value
