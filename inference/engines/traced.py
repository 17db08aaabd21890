"""A network as an exporter takes it, two tensors in and logits out; ONNX made from it."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from framescope.models.batches import padded
from framescope.models.network import FramescopeModel
from framescope.models.transformer import TransformerScorer, tokenize

#: Two texts of different lengths, so that batch size, length and mask are all seen to vary.
_EXAMPLES = ["Two words", "A sentence that is a good deal longer than the one before it."]


class TracedNetwork(nn.Module):
    """``(input_ids, attention_mask) -> logits`` of shapes (n, length) and (n, F, C)."""

    def __init__(self, network: FramescopeModel) -> None:
        super().__init__()
        self._network = network
        self.train(False)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Logits in float32."""
        logits: torch.Tensor = self._network(input_ids, attention_mask).logits
        return logits


def write_onnx(scorer: TransformerScorer, path: Path) -> None:
    """Export a network with any number of texts, of any length that it takes."""
    sizes = {
        0: torch.export.Dim("texts"),
        1: torch.export.Dim("length", max=scorer.network.config.max_tokens),
    }
    program = torch.onnx.export(
        TracedNetwork(scorer.network),
        _example(scorer),
        dynamo=True,
        dynamic_shapes=(sizes, sizes),
        input_names=("input_ids", "attention_mask"),
        output_names=("logits",),
        verbose=False,
    )
    assert program is not None  # noqa: S101  (it is so with dynamo)
    program.save(path)


def _example(scorer: TransformerScorer) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and mask of two texts, both of shape (2, length)."""
    tokens = tokenize(scorer.tokenizer, _EXAMPLES, scorer.network.config.max_tokens)
    ids, mask = padded(tokens, scorer.tokenizer.pad_token_id or 0)
    return torch.from_numpy(ids), torch.from_numpy(mask)
