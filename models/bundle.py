"""A trained classifier as a folder in the Hugging Face convention."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from framescope.data.codebook import Codebook, dump_codebook, load_codebook
from framescope.data.errors import InputError
from framescope.data.fingerprints import read_fingerprints, write_fingerprints
from framescope.data.output import write_json
from framescope.data.parts import Part
from framescope.models.alarms import FramelessSentences
from framescope.models.cascade import CASCADE_FILE, Cascade
from framescope.models.classifier import FrameClassifier, Scorer
from framescope.models.decisions import DecisionRule
from framescope.models.device import Device, Precision
from framescope.models.labels import HEADS, LabelSpace
from framescope.models.scope import Scope

T = TypeVar("T")

WEIGHTS = "model.safetensors"
#: Folder of the linear baseline inside a network's bundle.
BASELINE = "baseline"
#: Makes the network's scorer from a bundle's folder and hash.
NetworkLoader = Callable[[Path, str], Scorer]
#: What bounding false alarms needs; a bundle may lack it.
FRAMELESS = "frameless.json"
#: The part of an archive that a bundle is for; others lack it.
PART = "part.json"
#: Files about the bundle that change no prediction; they stay out of its hash.
_ABOUT = {"training.json", "metrics.json", "README.md"}
_REQUIRED = ("config.json", WEIGHTS, "codebook.yaml", "thresholds.json", "calibration.json")


def bundle_hash(folder: Path) -> str:
    """SHA-256 over names and contents of the files that decide predictions, the baseline's too."""
    digest = hashlib.sha256()
    files = [*folder.glob("*"), *folder.glob(f"{BASELINE}/*")]
    deciding = (p for p in files if p.is_file() and not p.name.startswith("."))
    for path in sorted(p for p in deciding if p.name not in _ABOUT):
        with path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def save_bundle(
    folder: Path,
    classifier: FrameClassifier,
    *,
    training: Mapping[str, Any],
    calibration: Mapping[str, Any] | None = None,
) -> str:
    """Write a bundle into a folder that exists and is empty; returns its hash.

    Args:
        folder: Where to write.
        classifier: What to write.
        training: Data hashes, seeds, settings and versions, kept in ``training.json``.
        calibration: How good the probabilities are, kept beside the temperatures.
    """
    classifier.scorer.save(folder)
    frames = classifier.space.frames
    (folder / "codebook.yaml").write_text(dump_codebook(classifier.codebook), encoding="utf-8")
    write_json(folder / "thresholds.json", _by_frame(frames, classifier.rule.thresholds))
    temperatures = _by_frame(frames, classifier.rule.temperatures)
    classifier.scope.save(folder)
    write_json(folder / "calibration.json", {"temperatures": temperatures, **(calibration or {})})
    if classifier.frameless:
        write_json(folder / FRAMELESS, classifier.frameless.as_json())
    if classifier.cascade:
        write_json(folder / CASCADE_FILE, classifier.cascade.as_json(frames))
    write_fingerprints(folder, classifier.trained_on)
    if classifier.part:
        write_json(folder / PART, classifier.part.as_json())
    found = bundle_hash(folder)
    write_json(folder / "training.json", {"bundle_hash": found, **training})
    return found


def load_bundle(
    folder: str | Path,
    *,
    device: Device = "auto",
    precision: Precision = "auto",
    network: NetworkLoader | None = None,
) -> FrameClassifier:
    """Load a bundle after checking that it is whole, unaltered and agrees with its codebook.

    Args:
        folder: The bundle.
        device: ``auto``, ``cpu`` or ``cuda``, for torch.
        precision: ``auto`` computes in bfloat16 where the device has it, ``fp32`` never does.
        network: What loads the network in place of torch; a linear model has none.

    Raises:
        InputError: A file is missing, the content is not what was saved, or the parts disagree.
    """
    folder = Path(folder)
    missing = [name for name in _REQUIRED if not (folder / name).is_file()]
    if missing:
        what = "there is no such bundle" if not folder.is_dir() else f"it lacks {missing[0]}"
        raise InputError(what, path=folder, expected=f"a folder with {', '.join(_REQUIRED)}")
    found = verified_hash(folder)
    codebook = load_codebook(folder / "codebook.yaml")
    load_network = network or partial(_load_torch, device=device, precision=precision)
    scorer = _load_scorer(folder, found, load_network)
    if scorer.space != LabelSpace.of(codebook):
        raise InputError("its model and its codebook have different frames", path=folder)
    rule, scope = _load_rule(folder, codebook), Scope.load(folder, codebook.language)
    frameless = _optional(folder / FRAMELESS, FramelessSentences.from_json)
    read_cascade = partial(Cascade.from_json, frames=codebook.frame_ids)
    cascade = _optional(folder / CASCADE_FILE, read_cascade)
    known, part = read_fingerprints(folder), read_part(folder)
    return FrameClassifier(codebook, scorer, rule, found, scope, frameless, cascade, known, part)


def verified_hash(folder: Path) -> str:
    """The hash of a bundle, which its ``training.json`` must agree with.

    Raises:
        InputError: It is no bundle, or it was altered or half copied.
    """
    found, recorded = bundle_hash(folder), read_training(folder).get("bundle_hash")
    if recorded != found:
        wish = f"hash {str(recorded)[:12]} as in training.json, not {found[:12]}"
        raise InputError("the bundle was altered or half copied", path=folder, expected=wish)
    return found


def read_training(folder: Path) -> dict[str, Any]:
    """What ``training.json`` tells: data hashes, seeds, settings and versions."""
    return read_json(folder / "training.json")


def read_metrics(folder: Path) -> dict[str, Any] | None:
    """The bundle's own out-of-fold metrics, if it has any."""
    path = folder / "metrics.json"
    return read_json(path) if path.is_file() else None


def read_part(folder: Path) -> Part | None:
    """The part of an archive that a bundle is for; None: it is for all of it.

    Raises:
        InputError: The file is broken.
    """
    return _optional(folder / PART, Part.from_json)


def _load_scorer(folder: Path, found: str, load_network: NetworkLoader) -> Scorer:
    config = read_json(folder / "config.json")
    kind = config.get("model_type")
    from framescope.models.linear import LinearScorer

    if kind == LinearScorer.kind:
        return LinearScorer.load(folder)
    if kind == "framescope":
        from framescope.models.blend import BlendScorer

        if config.get("heads") != HEADS:
            wish = "the version of Framescope that wrote it, or to train it again"
            raise InputError("its head is of another kind", path=folder, expected=wish)
        network = load_network(folder, found)
        if not config.get("blended"):
            return network
        return BlendScorer(network, LinearScorer.load(folder / BASELINE), _weight(config, folder))
    raise InputError(f"unknown model_type {kind!r}", path=folder / "config.json")


def _weight(config: Mapping[str, Any], folder: Path) -> float:
    found = config.get("network_weight", 0.5)
    if not isinstance(found, int | float) or not 0 <= found <= 1:
        raise InputError(f"network_weight is {found!r}", path=folder, expected="0 to 1")
    return float(found)


def _load_torch(folder: Path, _: str, *, device: Device, precision: Precision) -> Scorer:
    try:
        from framescope.models.transformer import TransformerScorer
    except ImportError as error:
        raise InputError("this bundle needs: pip install 'framescope[train]'") from error
    return TransformerScorer.load(folder, device=device, precision=precision)


def _load_rule(folder: Path, codebook: Codebook) -> DecisionRule:
    thresholds = read_json(folder / "thresholds.json")
    temperatures = read_json(folder / "calibration.json").get("temperatures", {})
    try:
        return DecisionRule(
            temperatures=np.array([float(temperatures[f]) for f in codebook.frame_ids]),
            thresholds=np.array([float(thresholds[f]) for f in codebook.frame_ids]),
        )
    except KeyError as error:
        raise InputError(f"no threshold or temperature for {error}", path=folder) from error


def _optional(path: Path, parse: Callable[[dict[str, Any]], T]) -> T | None:
    """What a JSON file holds that a bundle may lack; a broken one is no lacking one."""
    if not path.is_file():
        return None
    try:
        return parse(read_json(path))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"broken: {error}", path=path) from error


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file of a bundle.

    Raises:
        InputError: It cannot be read.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read it: {error}", path=path) from error
    return content


def _by_frame(frames: tuple[str, ...], values: Any) -> dict[str, float]:
    return {frame: float(v) for frame, v in zip(frames, values, strict=True)}
