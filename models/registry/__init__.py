"""Bundles kept side by side, one of them current, and the history of which was when."""

from framescope.models.registry.history import Entry
from framescope.models.registry.registry import Registry, bundle_folder, is_registry

__all__ = ["Entry", "Registry", "bundle_folder", "is_registry"]
