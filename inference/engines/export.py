"""Making an engine's files: written only if the engine is faithful to torch in float32."""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from framescope.data.errors import InputError
from framescope.data.output import whole_folder
from framescope.data.provenance import versions
from framescope.inference.engines.exported import ExportedScorer
from framescope.inference.engines.load import make_runner
from framescope.inference.engines.names import Exported, engine_folder, require_installed
from framescope.inference.engines.parity import Parity, require_parity
from framescope.inference.engines.record import RECORD, EngineRecord
from framescope.models.blend import BlendScorer
from framescope.models.bundle import load_bundle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from framescope.models.classifier import FrameClassifier
    from framescope.models.device import Precision
    from framescope.models.transformer import TransformerScorer

    Floats = NDArray[np.float32]


def export_engine(
    bundle: Path,
    name: Exported,
    texts: Sequence[str],
    *,
    precision: Precision = "auto",
    overwrite: bool = False,
) -> EngineRecord:
    """Write an engine's files into ``engines/NAME/`` of a bundle, if it proves faithful.

    Args:
        bundle: The bundle, which keeps its hash.
        name: The engine.
        texts: Sentences to measure parity on.
        precision: ``auto`` is bfloat16 where processor and engine have it.
        overwrite: Replace files of that engine.

    Raises:
        InputError: The bundle has no network, the engine is not installed or cannot take the
            network, or its answers differ from those of torch (it tells by how much, and where).
    """
    require_installed(name)
    classifier = load_bundle(bundle, device="cpu", precision="fp32")
    network = _network(classifier, bundle)
    folder = engine_folder(bundle, name)
    with whole_folder(folder, overwrite=overwrite, marker=RECORD) as working:
        with _told_in_one_line(name, network):
            _write(name, network, working, precision)
            runner = make_runner(name, working, precision)
            engine = ExportedScorer(bundle, runner, padding=_padding(network))
            logits = engine.logits(texts)
        record = EngineRecord(
            bundle_hash=classifier.hash,
            computed=engine.computed,
            precision=precision,
            padding=_padding(network),
            fixture=hashlib.sha256("\n".join(texts).encode()).hexdigest(),
            parity=_require_parity(engine.computed, classifier, logits, texts),
            versions=versions(),
        )
        record.write(working)
    return record


def _network(classifier: FrameClassifier, bundle: Path) -> TransformerScorer:
    from framescope.models.transformer import TransformerScorer

    scorer = classifier.scorer
    network = scorer.network if isinstance(scorer, BlendScorer) else scorer
    if not isinstance(network, TransformerScorer):
        wish = "a bundle with a network"
        raise InputError("a linear model has nothing to export", path=bundle, expected=wish)
    if not (bundle / "tokenizer.json").is_file():
        wish = "the file of a fast tokenizer"
        raise InputError("it lacks tokenizer.json", path=bundle, expected=wish)
    return network


def _write(name: Exported, scorer: TransformerScorer, folder: Path, precision: Precision) -> None:
    from framescope.inference.engines.traced import write_onnx

    if name == "onnx":
        from framescope.inference.engines.onnx_runner import ONNX_FILE

        write_onnx(scorer, folder / ONNX_FILE)
        return
    from framescope.inference.engines.openvino_runner import write_openvino

    with TemporaryDirectory() as scratch:
        onnx = Path(scratch) / "network.onnx"
        write_onnx(scorer, onnx)
        write_openvino(onnx, folder, precision)


def _padding(scorer: TransformerScorer) -> int:
    return scorer.tokenizer.pad_token_id or 0


def _require_parity(
    computed: str, classifier: FrameClassifier, logits: Floats, texts: Sequence[str]
) -> Parity:
    """Compare what the bundle decides, its linear baseline included, with the two networks."""
    scorer = classifier.scorer
    if not isinstance(scorer, BlendScorer):
        pair = scorer.logits(texts), logits
    else:
        linear = scorer.linear.logits(texts)
        network = scorer.network.logits(texts)
        pair = scorer.mixed(network, linear), scorer.mixed(logits, linear)
    return require_parity(computed, texts, *map(classifier.rule.apply, pair))


@contextmanager
def _told_in_one_line(name: Exported, scorer: TransformerScorer) -> Iterator[None]:
    """Turn whatever an exporter or an engine raises into one line, and keep its talk to itself."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            warnings.simplefilter("ignore")
            yield
    except (InputError, OSError, KeyboardInterrupt):
        raise
    except ImportError as error:
        problem = f"{error.name} is not installed"
        raise InputError(problem, expected=f"pip install 'framescope[{name}]'") from error
    except Exception as error:
        kind = scorer.network.config.encoder.get("model_type")
        reason = (str(error).strip().splitlines() or [""])[0]
        raise InputError(
            f"{name} cannot take this network, an encoder of type {kind}: "
            f"{type(error).__name__}: {reason}",
            expected="another engine, or torch, which takes every encoder",
        ) from error
    finally:
        logging.disable(logging.NOTSET)
