"""Bundles kept side by side, one of them current, and the history of which was when."""

from framescope.models.registry.history import Entry
from framescope.models.registry.place import bundle_folder, is_registry
from framescope.models.registry.registry import Registry

__all__ = ["Entry", "Registry", "bundle_folder", "is_registry"]
