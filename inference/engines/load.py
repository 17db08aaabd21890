"""Loading a bundle with the engine that a user names, or the fastest that serves."""

from __future__ import annotations

from ctypes.util import find_library
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from framescope.data.errors import InputError
from framescope.inference.engines.exported import ExportedScorer, Runner
from framescope.inference.engines.names import (
    EngineName,
    Exported,
    engine_folder,
    exported_engines,
    is_installed,
    require_installed,
)
from framescope.inference.engines.record import EngineRecord
from framescope.models.bundle import load_bundle
from framescope.models.classifier import FrameClassifier, Scorer
from framescope.models.device import Device, Precision, has_bf16, pick_device


def load_with_engine(
    bundle: Path,
    *,
    engine: EngineName = "auto",
    device: Device = "auto",
    precision: Precision = "auto",
) -> FrameClassifier:
    """Load a bundle with its network on an engine; the linear baseline is left as it is.

    Args:
        bundle: The bundle's folder.
        engine: ``auto`` takes the fastest that is exported and installed, and torch where there is
            none or where torch has a GPU. What is exported was found faithful (``parity.json``).
        device: ``cuda`` is for torch alone.
        precision: ``fp32`` computes in float32 on any engine.

    Raises:
        InputError: As ``load_bundle``; or the engine is not exported, not installed, was made from
            another bundle or altered, or is asked for on a GPU.
    """
    chosen = _fastest(bundle, device, precision) if engine == "auto" else engine
    if chosen == "torch":
        return load_bundle(bundle, device=device, precision=precision)
    if device == "cuda":
        raise InputError(f"{chosen} computes on the processor", expected="--engine torch for a GPU")
    load = partial(load_exported, name=chosen, precision=precision)
    loaded = load_bundle(bundle, network=load)
    if loaded.scorer.kind != ExportedScorer.kind:
        problem = f"a linear model has no network for {chosen}"
        raise InputError(problem, path=bundle, expected="--engine auto")
    return loaded


def load_exported(
    bundle: Path, bundle_hash: str, *, name: Exported, precision: Precision
) -> Scorer:
    """The network of a bundle on an exported engine.

    Raises:
        InputError: As ``load_with_engine``.
    """
    folder = engine_folder(bundle, name)
    if not folder.is_dir():
        wish = f"framescope bundles export {bundle} --engine {name}"
        raise InputError(f"the bundle has no files for {name}", path=bundle, expected=wish)
    require_installed(name)
    record = EngineRecord.read(folder, bundle_hash)
    # Parity vouches for the precision that was measured, perhaps on another processor.
    runner = make_runner(name, folder, precision if "bf16" in record.computed else "fp32")
    return ExportedScorer(bundle, runner, padding=record.padding)


def make_runner(name: Exported, folder: Path, precision: Precision) -> Runner:
    """The engine itself, over the files in a folder."""
    if name == "openvino":
        from framescope.inference.engines.openvino_runner import OpenvinoRunner

        return OpenvinoRunner(folder, precision)
    from framescope.inference.engines.onnx_runner import OnnxRunner

    return OnnxRunner(folder)


def _fastest(bundle: Path, device: Device, precision: Precision) -> Exported | Literal["torch"]:
    found = next(filter(is_installed, exported_engines(bundle)), None)
    if found is None or device == "cuda":
        return "torch"
    # Torch takes seconds to import, and need not be there at all: it is asked only if it might win.
    if device == "cpu" or not _may_have_gpu():
        wins = found == "onnx" and precision == "auto" and _torch_has("bf16", "cpu")
    else:
        wins = _torch_has("cuda", device)
    return "torch" if wins else found


def _may_have_gpu() -> bool:
    return any(find_library(name) for name in ("cuda", "nvcuda"))


def _torch_has(what: Literal["cuda", "bf16"], device: Device) -> bool:
    if not find_spec("torch"):
        return False
    found = pick_device(device)
    return found.type == "cuda" if what == "cuda" else has_bf16(found)
