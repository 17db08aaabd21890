"""manifest.json of a scored archive: by what, from what, and how much."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from framescope.data.codebook import Codebook, require_same
from framescope.data.errors import InputError
from framescope.data.parts import Part
from framescope.models.classifier import FrameClassifier

#: Folder in a scored archive that is there as long as scoring is unfinished.
PROGRESS = ".progress"
MANIFEST = "manifest.json"


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
    def inputs(self) -> str:
        """Names and sizes of the files that it was made from, to tell whether two are alike."""
        return json.dumps(self.manifest.get("inputs"))

    @property
    def part(self) -> Part | None:
        """The part of the articles that was scored; None: all of them."""
        told = self.settings.get("part")
        return Part.from_json(told) if told else None

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
        # By number: beyond 100,000 shards names grow longer.
        paths = (self.folder / "sentences").glob("*.parquet")
        return sorted(map(str, paths), key=lambda path: (len(path), path))


def open_scored(folders: Sequence[str | Path], *, parts: bool = False) -> list[ScoredArchive]:
    """Open scored archives that belong together.

    Args:
        folders: Where they are.
        parts: Whether they may be the parts of a cross-fitting, each scored by a bundle of its own
            (decision 24); they then come in the order of their numbers.

    Raises:
        InputError: A folder is no scored archive or is given twice; two were scored under
            different codebooks, by different bundles or under different decision rules; or parts
            are not wanted, or are not all there.
    """
    if len({Path(folder).resolve() for folder in folders}) < len(folders):
        raise InputError("the same scored archive is given twice")
    archives = [_open(Path(folder)) for folder in folders]
    first = archives[0]
    for other in archives[1:]:
        require_same(first.codebook, str(first.folder), other.codebook, str(other.folder))
        if not first.part and not other.part:
            _require_same_bundle(first, other)
        _require_same_rule(first, other)
    if any(archive.part for archive in archives):
        if not parts:
            problem = "scored in parts, each by a bundle of its own"
            wish = "framescope compare, which alone takes parts together"
            raise InputError(problem, path=first.folder, expected=wish)
        _require_all_parts(archives)
    return sorted(archives, key=lambda archive: archive.part.number if archive.part else 0)


def _require_same_bundle(first: ScoredArchive, other: ScoredArchive) -> None:
    hashes = first.manifest["bundle_hash"], other.manifest["bundle_hash"]
    if hashes[0] != hashes[1]:
        problem = f"scored by bundle {hashes[1][:12]}, but {first.folder} by {hashes[0][:12]}"
        raise InputError(problem, path=other.folder, expected="one bundle for all")


def _require_all_parts(archives: Sequence[ScoredArchive]) -> None:
    """Refuse parts of an archive that are not all of it, each once, by bundles of one training."""
    first = archives[0]
    for archive in archives:
        if not archive.part or not first.part or archive.part.family != first.part.family:
            problem = f"it and {first.folder} are not parts of one cross-fitting"
            raise InputError(problem, path=archive.folder, expected="the parts of one alone")
    for one in {archive.inputs: archive for archive in archives}.values():
        own = [archive.part for archive in archives if archive.inputs == one.inputs]
        numbers = sorted(part.number for part in own if part)
        if one.part and numbers != list(range(1, one.part.of + 1)):
            problem = f"the parts {numbers} of {one.part.of} of this archive are given"
            raise InputError(problem, path=one.folder, expected="each part, scored by its bundle")


def _require_same_rule(first: ScoredArchive, other: ScoredArchive) -> None:
    """Refuse shares that no common rule made: they differ by the rule, not by the outlets."""
    # Each part has a bundle of its own, with thresholds of its own.
    own = ("max_false_alarms_per_1000",) if first.part else ("thresholds",)
    settings = (*own, "abstain", "cascade")
    for setting in settings:
        # Archives from before there was a cascade were scored without.
        values = [
            ({"cascade": False} | archive.settings).get(setting) for archive in (first, other)
        ]
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
        InputError: Their hashes differ, or the archive is one part of several.
    """
    if archive.part:
        problem = "the archive was scored in parts, by several bundles"
        raise InputError(problem, path=archive.folder, expected="one bundle that scored all of it")
    scored_by = archive.manifest["bundle_hash"]
    if classifier.hash != scored_by:
        wish = f"the bundle {scored_by[:12]} that scored {archive.folder}"
        raise InputError(f"its hash is {classifier.hash[:12]}", path=path, expected=wish)


def _open(folder: Path) -> ScoredArchive:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        codebook = Codebook.model_validate(manifest["codebook"])
        missing = {"bundle_hash", "codebook_hash", "model_type", "counts", "metrics"} - set(
            manifest
        )
        if missing:
            raise KeyError(min(missing))  # noqa: TRY301  (told below, with the other faults)
        archive = ScoredArchive(folder, manifest, codebook)
        _ = archive.part  # raises if broken
    except OSError:
        if (folder / PROGRESS / "run.json").is_file():
            wish = "the same framescope score command first: it goes on where it stopped"
            raise InputError("scoring is unfinished", path=folder, expected=wish) from None
        wish = "a folder written by framescope score"
        raise InputError("it has no manifest.json", path=folder, expected=wish) from None
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise InputError(f"broken manifest: {error}", path=folder / "manifest.json") from error
    if codebook.hash != manifest.get("codebook_hash"):
        problem = f"codebook hash is {str(manifest.get('codebook_hash'))[:12]}"
        wish = f"{codebook.hash[:12]}, that of the codebook in it"
        raise InputError(problem, path=folder / "manifest.json", expected=wish)
    if not archive.files:
        raise InputError("it has no sentences/*.parquet", path=folder)
    return archive
