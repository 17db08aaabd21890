"""What was scored, and by what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.counts import Abstention
from framescope.models.scope import REASONS
from framescope.models.staged import told_cascade

_MODELS = {
    "framescope_linear": "a linear model over word and character n-grams",
    "framescope": "a fine-tuned transformer",
}


@dataclass(frozen=True, slots=True)
class ScoringTold:
    """Totals over all archives, and the settings they have in common.

    Attributes:
        articles: Articles read.
        sentences: Sentences read.
        duplicates: Sentences with the words of an earlier one.
        rejected: Records that could not be read.
        outlets: Outlets that were read, also those without a scored sentence.
        bundle_hashes: SHA-256 of the bundle that scored them, or of those of all parts.
        model: The kind of model, in words.
        computed: Engine, device and precision.
        versions: Of the packages that scored.
        thresholds: The probability from which each frame counts as present, or the range of those
            of the parts.
        archives: Their manifests; of an archive that was scored in parts, that of the first.
        bounds: Bounds on false alarms per 1,000, and the files that vouch for them, each once.
        cascade: What the first stage discarded and lost, in a sentence; empty without one.
        left_out: How many sentences were not scored, and why, in a sentence; empty if none.
    """

    articles: int
    sentences: int
    duplicates: int
    rejected: int
    outlets: int
    bundle_hashes: list[str]
    model: str
    computed: str
    versions: dict[str, str]
    thresholds: dict[str, str]
    archives: list[dict[str, Any]]
    bounds: list[tuple[float, list[str]]]
    cascade: str
    left_out: str


def scoring_told(comparison: Comparison) -> ScoringTold:
    """Gather it from the manifests of the archives."""
    first = comparison.manifests[0]
    counts = [manifest["counts"] for manifest in comparison.manifests]
    left_out = " ".join(
        f"{total:,} sentences were not scored: {words}."
        for words, total, _ in left_out_of(comparison)
    )
    return ScoringTold(
        articles=_total(counts, "articles"),
        sentences=_total(counts, "sentences"),
        duplicates=_total(counts, "duplicates"),
        rejected=_total(counts, "rejected"),
        # Articles and sentences that were read include those of outlets without a scored sentence.
        outlets=len(comparison.outlets) + len(comparison.unscored_outlets),
        bundle_hashes=comparison.bundle_hashes,
        model=_MODELS.get(first["model_type"], first["model_type"]),
        computed=first.get("computed") or "an unrecorded engine",
        versions=first.get("versions") or {},
        thresholds=_thresholds(comparison),
        archives=[m for m in comparison.manifests if _is_whole_or_first(m)],
        bounds=_bounds(comparison),
        cascade=" ".join(_cascade(manifest) for manifest in comparison.manifests).strip(),
        left_out=left_out,
    )


def left_out_of(comparison: Comparison) -> list[tuple[str, int, list[Abstention]]]:
    """Reasons to abstain in words, with the number of sentences and the outlets, most first."""
    found = []
    for reason, words in REASONS.items():
        parts = [part for part in comparison.abstained if part.reason == reason]
        parts.sort(key=lambda part: -part.sentences)
        if parts:
            found.append((words, sum(part.sentences for part in parts), parts))
    return found


def _total(counts: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(int(part.get(name, 0)) for part in counts)


def _cascade(manifest: dict[str, Any]) -> str:
    if not manifest.get("cascade"):
        return ""
    return told_cascade(manifest["cascade"], manifest["counts"].get("cascade") or {}) + "."


def _thresholds(comparison: Comparison) -> dict[str, str]:
    every = [settings["thresholds"] or {} for settings in comparison.settings]
    told = {}
    for frame in every[0]:
        values = [thresholds[frame] for thresholds in every]
        limits = dict.fromkeys(f"{value:.3f}" for value in (min(values), max(values)))
        told[frame] = " to ".join(limits)
    return told


def _is_whole_or_first(manifest: Mapping[str, Any]) -> bool:
    part = (manifest.get("settings") or {}).get("part")
    return part is None or part["number"] == 1


def _bounds(comparison: Comparison) -> list[tuple[float, list[str]]]:
    found: list[tuple[float, list[str]]] = []
    for settings in comparison.settings:
        bound = settings["max_false_alarms_per_1000"], settings["frameless"] or []
        if bound[0] is not None and bound not in found:
            found.append(bound)
    return found
