"""OpenVINO: a stream for each core, and requests that do not wait for one another."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray

from framescope.inference.engines.exported import Batch
from framescope.inference.engines.names import threads
from framescope.models.device import Precision

_FILE = "model.xml"


class OpenvinoRunner:
    """A compiled model and a queue of requests, one in work on each core.

    Args:
        folder: The engine's folder.
        precision: ``auto`` computes in bfloat16 where the processor has it, ``fp32`` never does.
    """

    def __init__(self, folder: Path, precision: Precision) -> None:
        core = ov.Core()
        half = precision == "auto" and _has_bf16(core)
        settings = {
            "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
            "INFERENCE_NUM_THREADS": threads(),
            # A core alone on a small batch wastes less than all of them together on a large one.
            "NUM_STREAMS": threads(),
            # Two processes would be pinned to the same cores.
            "ENABLE_CPU_PINNING": False,
        }
        self.computed = f"openvino cpu {'bf16' if half else 'fp32'}"
        self._queue = ov.AsyncInferQueue(core.compile_model(folder / _FILE, "CPU", settings))

    def run(self, batches: Iterable[Batch], logits: NDArray[np.float32]) -> None:
        """Write the logits of each batch into its rows of ``logits``."""

        def keep(request: Any, rows: list[int]) -> None:
            logits[rows] = request.get_output_tensor(0).data

        self._queue.set_callback(keep)
        try:
            for batch in batches:
                self._queue.start_async({0: batch.input_ids, 1: batch.attention_mask}, batch.rows)
        finally:
            self._queue.wait_all()


def _has_bf16(core: ov.Core) -> bool:
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def write_openvino(onnx: Path, folder: Path, precision: Precision) -> None:
    """Convert an exported network; straight from torch, ModernBERT gives no numbers.

    Args:
        onnx: The exported network.
        folder: Where to write.
        precision: What it is to be computed in.
    """
    # float16 keeps three bits more than bfloat16 does, at half the size of float32.
    ov.save_model(ov.convert_model(onnx), folder / _FILE, compress_to_fp16=precision == "auto")
