"""A network as exporters take it: two tensors in, logits out."""

from __future__ import annotations

import torch
from torch import nn

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


def example(scorer: TransformerScorer) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and mask of two texts, both of shape (2, length)."""
    tokens = tokenize(scorer.tokenizer, _EXAMPLES, scorer.network.config.max_tokens)
    padded = scorer.tokenizer.pad({"input_ids": tokens}, return_tensors="pt")
    return padded["input_ids"], padded["attention_mask"]
