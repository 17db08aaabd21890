"""ONNX Runtime: batches side by side, one thread for each."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framescope.inference.engines.exported import Batch
from framescope.inference.engines.names import threads

_FILE = "model.onnx"
_INPUTS = ("input_ids", "attention_mask")


class OnnxRunner:
    """A session that several threads use at once; always float32."""

    computed = "onnx cpu fp32"

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(folder / _FILE, options, providers=providers)

    def run(self, batches: Iterable[Batch], logits: NDArray[np.float32]) -> None:
        """Write the logits of each batch into its rows of ``logits``."""

        def compute(batch: Batch) -> None:
            inputs = dict(zip(_INPUTS, batch[1:], strict=True))
            logits[batch.rows] = self._session.run(None, inputs)[0]

        with ThreadPoolExecutor(threads()) as pool:
            list(pool.map(compute, batches))  # raises what a thread raised


def write_onnx(network: Any, example: tuple[Any, Any], folder: Path, *, longest: int) -> None:
    """Export a torch module ``(input_ids, attention_mask) -> logits`` and write it.

    Args:
        network: The module.
        example: Token ids and mask to trace it with, both of shape (n, length).
        folder: Where to write.
        longest: Most tokens of a text.
    """
    import torch

    sizes = {0: torch.export.Dim("texts"), 1: torch.export.Dim("length", max=longest)}
    program = torch.onnx.export(
        network,
        example,
        dynamo=True,
        dynamic_shapes=(sizes, sizes),
        input_names=_INPUTS,
        output_names=("logits",),
        verbose=False,
    )
    assert program is not None  # noqa: S101  (it is so with dynamo)
    program.save(folder / _FILE)
