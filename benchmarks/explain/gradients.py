"""Integrated gradients of the network: a second explanation that shares nothing with leaving out.

Sundararajan, Taly & Yan 2017, section 3. The path runs from the same text with every word masked
to the text itself, on the word embeddings alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from framescope.models.transformer import TransformerScorer

_STEPS = 64


def log_odds(logits: torch.Tensor) -> torch.Tensor:
    """Log-odds of P(frame), shape (n, F), of logits (n, F, C) whose first class is absent."""
    return torch.logsumexp(logits[..., 1:], dim=-1) - logits[..., 0]


class IntegratedGradients:
    """Attributions of one network to the tokens of a text."""

    def __init__(self, scorer: TransformerScorer, *, steps: int = _STEPS) -> None:
        self._network, self._tokenizer, self._steps = scorer.network, scorer.tokenizer, steps
        self._embed = scorer.network.encoder.get_input_embeddings()

    def encode(self, text: str) -> tuple[torch.Tensor, torch.Tensor, list[tuple[int, int]]]:
        """Token ids of the text and of its baseline, both (1, length), and each token's place."""
        encoded = self._tokenizer(
            text, truncation=True, max_length=self._network.config.max_tokens,
            return_offsets_mapping=True, return_special_tokens_mask=True,
        )  # fmt: skip
        ids = torch.tensor([encoded["input_ids"]])
        special = torch.tensor([encoded["special_tokens_mask"]], dtype=torch.bool)
        neutral = self._tokenizer.mask_token_id or self._tokenizer.pad_token_id or 0
        return ids, torch.where(special, ids, neutral), encoded["offset_mapping"]

    def outputs(self, ids: torch.Tensor) -> torch.Tensor:
        """Log-odds of every frame, shape (n, F)."""
        return log_odds(self._network(ids, torch.ones_like(ids)).logits)

    def tokens(self, text: str, frame: int) -> NDArray[np.float64]:
        """What each token adds to the log-odds of a frame over the baseline, shape (length,)."""
        ids, baseline, _ = self.encode(text)
        with torch.no_grad():
            start, change = self._embed(baseline), self._embed(ids) - self._embed(baseline)
        # Midpoints of equal steps: the Riemann sum of the path integral.
        share = ((torch.arange(self._steps) + 0.5) / self._steps).view(-1, 1, 1)
        path = (start + share * change).requires_grad_()
        handle = self._embed.register_forward_hook(lambda *_: path)
        try:
            outputs = self.outputs(ids.expand(self._steps, -1))[:, frame]
        finally:
            handle.remove()
        (gradient,) = torch.autograd.grad(outputs.sum(), path)
        added: Any = (gradient.mean(dim=0) * change[0]).sum(dim=-1)
        return np.asarray(added.double())

    def words(self, text: str, frame: int, spans: Iterable[tuple[int, int]]) -> NDArray[np.float64]:
        """The same for words: the sum over the tokens that begin within each span."""
        added, places = self.tokens(text, frame), self.encode(text)[2]
        begins = np.array([first if last > first else -1 for first, last in places])
        return np.array([added[(begins >= a) & (begins < b)].sum() for a, b in spans])
