"""ONNX Runtime: batches side by side, one thread for each."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from framescope.inference.engines.exported import Batch
from framescope.inference.engines.names import threads

#: The exported network, the only file of this engine.
ONNX_FILE = "model.onnx"


class OnnxRunner:
    """A session that several threads use at once; always float32."""

    computed = "onnx cpu fp32"

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        file, providers = folder / ONNX_FILE, ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(file, options, providers=providers)

    def run(self, batches: Iterable[Batch], logits: NDArray[np.float32]) -> None:
        """Write the logits of each batch into its rows of ``logits``."""

        def compute(batch: Batch) -> None:
            inputs = {"input_ids": batch.input_ids, "attention_mask": batch.attention_mask}
            logits[batch.rows] = self._session.run(None, inputs)[0]

        with ThreadPoolExecutor(threads()) as pool:
            list(pool.map(compute, batches))  # raises what a thread raised
