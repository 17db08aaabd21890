"""Framescope measures how news outlets frame a story.

Example:
    >>> import framescope
    >>> model = framescope.load("build/bundle")  # doctest: +SKIP
    >>> model.predict(["Minsk turns to Chinese lenders."])  # doctest: +SKIP
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from framescope.models.classifier import FrameClassifier
    from framescope.models.device import Device

__all__ = ["__version__", "load"]
__version__ = version("framescope")


def load(bundle: str | Path, *, device: Device = "auto") -> FrameClassifier:
    """Load a trained bundle.

    Args:
        bundle: The bundle's folder.
        device: ``auto``, ``cpu`` or ``cuda``.

    Returns:
        A classifier whose ``predict(texts)`` gives one ``Prediction`` per text.

    Raises:
        framescope.data.errors.InputError: The folder is not a complete, unaltered bundle.
    """
    from framescope.models.bundle import load_bundle

    return load_bundle(bundle, device=device)
