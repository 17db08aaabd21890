"""The engines by name, and which of them stands in a bundle."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

from framescope.data.errors import InputError

Exported = Literal["openvino", "onnx"]
EngineName = Literal["auto", "torch", "openvino", "onnx"]

#: The package that runs each exported engine; the extra of Framescope has the engine's name.
_PACKAGES: dict[Exported, str] = {"openvino": "openvino", "onnx": "onnxruntime"}


def exported_engines(bundle: Path) -> list[Exported]:
    """Engines whose files stand in the bundle, the fastest first."""
    return [name for name in get_args(Exported) if engine_folder(bundle, name).is_dir()]


def engine_folder(bundle: Path, name: Exported) -> Path:
    """Where an engine's files stand in a bundle."""
    return bundle / "engines" / name


def is_installed(name: Exported) -> bool:
    """Whether the package that runs the engine is there; it is not imported."""
    return find_spec(_PACKAGES[name]) is not None


def require_installed(name: Exported) -> None:
    """Refuse an engine whose package is missing.

    Raises:
        InputError: It names the extra to install.
    """
    if not is_installed(name):
        wish = f"pip install 'framescope[{name}]'"
        raise InputError(f"{_PACKAGES[name]} is not installed", expected=wish)


def threads() -> int:
    """Processor cores to use: ``OMP_NUM_THREADS`` if set, as torch does, or those we may use."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdecimal() and int(told):
        return int(told)
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
