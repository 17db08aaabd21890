"""manifest.json of a scored archive: by what, from what, and how much."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from framescope.data.articles.read import Source
from framescope.data.codebook import Codebook, require_same
from framescope.data.errors import InputError
from framescope.data.lines import STDIN
from framescope.data.provenance import versions
from framescope.models.classifier import FrameClassifier


def build_manifest(
    classifier: FrameClassifier,
    sources: Sequence[Source],
    counts: Mapping[str, Any],
    settings: Mapping[str, Any],
    metrics: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Everything that a reader of the scores has to know about how they came about."""
    return {
        "codebook_hash": classifier.codebook.hash,
        "bundle_hash": classifier.hash,
        "model_type": classifier.scorer.kind,
        "computed": classifier.scorer.computed,
        "languages": list(classifier.scope.languages),
        "versions": versions(),
        "settings": dict(settings),
        "counts": dict(counts),
        "inputs": [_input(source) for source in sources],
        "codebook": classifier.codebook.model_dump(mode="json"),
        "metrics": dict(metrics) if metrics else None,
    }


def _input(source: Source) -> dict[str, Any]:
    size = None if source.path == STDIN else source.path.stat().st_size
    return {"name": source.name, "bytes": size}


@dataclass(frozen=True, slots=True)
class ScoredArchive:
    """A scored archive on disk."""

    folder: Path
    manifest: dict[str, Any]
    codebook: Codebook

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of the run that scored it."""
        return dict(self.manifest.get("settings") or {})

    @property
    def hash(self) -> str:
        """SHA-256 of what was scored, by which bundle and rule; gold drawn from it names it."""
        rule = {name: self.settings.get(name) for name in ("thresholds", "abstain")}
        names = ("bundle_hash", "codebook_hash", "counts", "inputs")
        told = {"rule": rule} | {name: self.manifest.get(name) for name in names}
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    @property
    def files(self) -> list[str]:
        """Its Parquet files, in order."""
        return sorted(map(str, (self.folder / "sentences").glob("*.parquet")))


def open_scored(folders: Sequence[str | Path]) -> list[ScoredArchive]:
    """Open scored archives that belong together.

    Raises:
        InputError: A folder is no scored archive or is given twice, or two were scored under
            different codebooks, by different bundles or under different decision rules.
    """
    if len({Path(folder).resolve() for folder in folders}) < len(folders):
        raise InputError("the same scored archive is given twice")
    archives = [_open(Path(folder)) for folder in folders]
    first = archives[0]
    for other in archives[1:]:
        require_same(first.codebook, str(first.folder), other.codebook, str(other.folder))
        hashes = first.manifest["bundle_hash"], other.manifest["bundle_hash"]
        if hashes[0] != hashes[1]:
            problem = f"scored by bundle {hashes[1][:12]}, but {first.folder} by {hashes[0][:12]}"
            raise InputError(problem, path=other.folder, expected="one bundle for all")
        _require_same_rule(first, other)
    return archives


def _require_same_rule(first: ScoredArchive, other: ScoredArchive) -> None:
    """Refuse shares that no common rule made: they differ by the rule, not by the outlets."""
    for setting in ("thresholds", "abstain"):
        values = [archive.settings.get(setting) for archive in (first, other)]
        if values[0] != values[1]:
            problem = f"scored with {setting} {_told(values[1])}, but {first.folder} with "
            wish = f"the same {setting} for all"
            raise InputError(problem + _told(values[0]), path=other.folder, expected=wish)


def _told(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number:.4g}" for name, number in value.items())
    return "unknown" if value is None else str(value).lower()


def require_scored_by(classifier: FrameClassifier, path: Path, archive: ScoredArchive) -> None:
    """Refuse a bundle that is not the one that scored an archive.

    Raises:
        InputError: Their hashes differ.
    """
    scored_by = archive.manifest["bundle_hash"]
    if classifier.hash != scored_by:
        wish = f"the bundle {scored_by[:12]} that scored {archive.folder}"
        raise InputError(f"its hash is {classifier.hash[:12]}", path=path, expected=wish)


def _open(folder: Path) -> ScoredArchive:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        codebook = Codebook.model_validate(manifest["codebook"])
        missing = {"bundle_hash", "codebook_hash", "model_type", "counts", "metrics"} - set(
            manifest
        )
        if missing:
            raise KeyError(min(missing))  # noqa: TRY301  (told below, with the other faults)
    except OSError:
        wish = "a folder written by framescope score"
        raise InputError("it has no manifest.json", path=folder, expected=wish) from None
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise InputError(f"broken manifest: {error}", path=folder / "manifest.json") from error
    if codebook.hash != manifest.get("codebook_hash"):
        problem = f"codebook hash is {str(manifest.get('codebook_hash'))[:12]}"
        wish = f"{codebook.hash[:12]}, that of the codebook in it"
        raise InputError(problem, path=folder / "manifest.json", expected=wish)
    archive = ScoredArchive(folder, manifest, codebook)
    if not archive.files:
        raise InputError("it has no sentences/*.parquet", path=folder)
    return archive
