"""``parity.json``: from which bundle an engine was made, its files, and how faithful it is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ConfigDict, TypeAdapter

from framescope.data.errors import InputError
from framescope.data.output import write_json
from framescope.inference.engines.parity import Parity
from framescope.models.device import Precision

#: The file's name; it stands in every folder of an engine.
RECORD = "parity.json"


@dataclass(frozen=True, slots=True)
class EngineRecord:
    """What stands in ``parity.json`` beside the hashes of the other files.

    Attributes:
        bundle_hash: Hash of the bundle that the engine was made from.
        computed: Engine, device and precision that were measured.
        precision: What the engine may be computed in.
        padding: Token id of padding.
        fixture: SHA-256 of the sentences that parity was measured on.
        parity: How faithful it is.
        versions: Of the packages that made it.
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    bundle_hash: str
    computed: str
    precision: Precision
    padding: int
    fixture: str
    parity: Parity
    versions: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write ``parity.json``, once all other files stand."""
        write_json(folder / RECORD, {**asdict(self), "files": _hashes(folder)})

    @classmethod
    def read(cls, folder: Path, bundle_hash: str) -> EngineRecord:
        """Read and check it against the folder's files and the bundle's hash.

        Raises:
            InputError: It is broken, was made from another bundle, its files were altered, or its
                parity is out of bounds.
        """
        wish = "--engine torch, or framescope bundles export again"
        try:
            content: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            files = content.pop("files")
            record = TypeAdapter(cls).validate_python(content)
        except (OSError, ValueError, KeyError, AttributeError) as error:
            problem = f"cannot read it: {type(error).__name__}: {error}"
            raise InputError(problem, path=folder / RECORD, expected=wish) from error
        if record.bundle_hash != bundle_hash:
            problem = f"made from bundle {record.bundle_hash[:12]}, but this is {bundle_hash[:12]}"
            raise InputError(problem, path=folder, expected=wish)
        if files != _hashes(folder):
            raise InputError("its files were altered or half copied", path=folder, expected=wish)
        if not record.parity.faithful:
            raise InputError("its parity is out of bounds", path=folder / RECORD, expected=wish)
        return record


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of an engine."""
    names = sorted(p.name for p in folder.iterdir() if p.name != RECORD and p.is_file())
    return {name: _sha256(folder / name) for name in names if not name.startswith(".")}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
