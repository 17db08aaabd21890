"""How fast this machine multiplies matrices: the ceiling for any engine."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from time import perf_counter

import numpy as np

#: Rows and columns of the square matrices; large enough for the full rate.
_SIZE = 2048


def matrix_rates() -> dict[str, float]:
    """FLOP/s of a large matrix product by library and precision: the best of several."""
    rates = {f"torch {name}": _rate(_torch_product(name)) for name in ("float32", "bfloat16")}
    if find_spec("openvino"):
        rates["openvino bf16"] = _rate(_openvino_product())
    return rates


def _rate(product: Callable[[], object], *, repeats: int = 9) -> float:
    product()
    seconds = []
    for _ in range(repeats):
        began = perf_counter()
        product()
        seconds.append(perf_counter() - began)
    return 2 * _SIZE**3 / min(seconds)


def _torch_product(precision: str) -> Callable[[], object]:
    import torch

    # A layer's weights are packed once for all of its inputs; those of a bare product are not.
    kind = getattr(torch, precision)
    layer = torch.nn.Linear(_SIZE, _SIZE, bias=False, dtype=kind).requires_grad_(False)
    inputs = torch.randn(_SIZE, _SIZE).to(kind)
    return lambda: layer(inputs)


def _openvino_product() -> Callable[[], object]:
    import openvino as ov
    from openvino import opset13 as ops

    from framescope.inference.engines.names import threads

    inputs = ops.parameter([_SIZE, _SIZE], np.float32)
    weights = np.random.default_rng(0).standard_normal((_SIZE, _SIZE), dtype=np.float32)
    model = ov.Model([ops.matmul(inputs, ops.constant(weights), False, True)], [inputs])
    settings = {"INFERENCE_PRECISION_HINT": "bf16", "INFERENCE_NUM_THREADS": threads()}
    request = ov.Core().compile_model(model, "CPU", settings).create_infer_request()
    request.infer({0: weights})
    return request.infer
