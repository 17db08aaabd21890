"""The ways to compute a bundle's network that are measured side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import TextClassificationPipeline

from framescope.data.console import tell
from framescope.data.errors import InputError
from framescope.inference.engines.load import load_exported
from framescope.inference.engines.names import Exported
from framescope.models.device import has_bf16
from framescope.models.transformer import TransformerScorer

#: Texts in, logits of shape (n, F, C) out; tokenising counts.
Peer = Callable[[Sequence[str]], NDArray[np.float32]]
REFERENCE, BASE = "torch fp32, sorted", "transformers.pipeline(batch_size=32)"


class LogitsPipeline(TextClassificationPipeline):
    """The library's own pipeline, but for its last step: it knows no logits of several frames."""

    def postprocess(self, model_outputs: Any, **_: Any) -> NDArray[np.float32]:
        """Logits of one text, shape (F, C)."""
        logits: NDArray[np.float32] = model_outputs["logits"][0].numpy()
        return logits


def peers(bundle: Path, bundle_hash: str) -> dict[str, Peer]:
    """All that can be measured here, the pipeline first; what cannot is told."""
    plain = TransformerScorer.load(bundle, device="cpu", precision="fp32")
    found: dict[str, Peer] = {BASE: pipeline(plain), REFERENCE: plain.logits}
    if has_bf16(plain.device):
        half = TransformerScorer(plain.network, plain.tokenizer, device="cpu")
        found["torch bf16, sorted"] = half.logits
    exported: tuple[Exported, ...] = ("onnx", "openvino")
    for name in exported:
        try:
            scorer = load_exported(bundle, bundle_hash, name=name, precision="auto")
        except InputError as error:
            tell(f"{name}: skipped: {error}")
            continue
        found[f"{scorer.computed}, sorted"] = scorer.logits
    return found


def pipeline(scorer: TransformerScorer) -> Peer:
    """What a user would write, in float32."""
    made = LogitsPipeline(
        model=scorer.network, tokenizer=scorer.tokenizer, batch_size=32, device=scorer.device
    )
    run = partial(made, truncation=True, max_length=scorer.network.config.max_tokens)
    return lambda texts: np.stack(run(list(texts)))
