"""Bundles and registries named by where they lie."""

from __future__ import annotations

from pathlib import Path

from framescope.models.registry.registry import CURRENT, Registry


def is_registry(place: str | Path) -> bool:
    """Whether a place is a registry, and not the folder of a bundle."""
    parts = (Path(place, name) for name in ("history", "bundles"))
    return "://" in str(place) or any(part.is_dir() for part in parts)


def bundle_folder(place: str | Path) -> Path:
    """The folder of a bundle, or of the current bundle of a registry.

    Raises:
        InputError: It is a registry without a current bundle.
    """
    if is_registry(place):
        return Registry(place).folder(CURRENT)
    return Path(place)
