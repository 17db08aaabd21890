"""Logits from the network: tokenising, batching, precision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoTokenizer

from framescope.models.batches import padded, token_batches
from framescope.models.device import Device, Precision, has_bf16, pick_device
from framescope.models.labels import LabelSpace
from framescope.models.network import FramescopeModel

#: Padded tokens in one batch. On a processor, for each thread: what a layer writes then stays in
#: its cache (4,096 were a tenth slower on one core of a Zen 4, 512 no faster).
_BUDGET = {"cpu": 1024, "cuda": 65536}


class TransformerScorer:
    """A network with its tokenizer, on a device.

    Args:
        network: The network.
        tokenizer: Its fast tokenizer.
        device: ``auto``, ``cpu`` or ``cuda``.
        precision: ``fp32``, or ``auto`` for bfloat16 where the device has it.
    """

    kind = "framescope"

    def __init__(
        self,
        network: FramescopeModel,
        tokenizer: Any,
        *,
        device: Device = "auto",
        precision: Precision = "auto",
    ) -> None:
        self.device = pick_device(device)
        self.network = network
        self.network.to(device=self.device)  # type: ignore[call-arg]
        self.network.train(False)
        self.tokenizer = tokenizer
        self.bf16 = precision == "auto" and has_bf16(self.device)

    @classmethod
    def load(
        cls, folder: Path, *, device: Device = "auto", precision: Precision = "auto"
    ) -> TransformerScorer:
        """Load network and tokenizer from a bundle; safetensors only, no remote code."""
        network = FramescopeModel.from_pretrained(folder, use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
        return cls(network, tokenizer, device=device, precision=precision)

    @property
    def space(self) -> LabelSpace:
        """Frames and classes of the head."""
        space: LabelSpace = self.network.config.label_space
        return space

    @property
    def computed(self) -> str:
        """Device and precision in use, for provenance."""
        return f"{self.device.type} {'bf16' if self.bf16 else 'fp32'}"

    def save(self, folder: Path) -> None:
        """Write weights, configuration and tokenizer."""
        self.network.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Logits of n texts, shape (n, F, C), in the order given."""
        result = np.zeros((len(texts), *self.space.shape), dtype=np.float32)
        if not texts:
            return result
        tokens = tokenize(self.tokenizer, texts, self.network.config.max_tokens)
        batches = list(token_batches([len(ids) for ids in tokens], budget=self._budget))
        # What a GPU finds is fetched once, at the end: no batch then waits for the one before.
        found = torch.cat([self._run([tokens[i] for i in batch]) for batch in batches])
        result[[i for batch in batches for i in batch]] = found.cpu().numpy()
        return result

    @property
    def _budget(self) -> int:
        threads = torch.get_num_threads() if self.device.type == "cpu" else 1
        return _BUDGET[self.device.type] * threads

    @torch.inference_mode()
    def _run(self, tokens: list[list[int]]) -> torch.Tensor:
        arrays = padded(tokens, self.tokenizer.pad_token_id or 0)
        ids, mask = (self._to_device(torch.from_numpy(array)) for array in arrays)
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.bf16):
            logits: torch.Tensor = self.network(ids, mask).logits
        return logits.float()

    def _to_device(self, tensor: torch.Tensor) -> torch.Tensor:
        if self.device.type == "cpu":
            return tensor
        # From pinned memory the copy goes on while the GPU still computes the batch before.
        return tensor.pin_memory().to(self.device, non_blocking=True)


def tokenize(tokenizer: Any, texts: Sequence[str], max_tokens: int) -> list[list[int]]:
    """Token ids of each text, cut at ``max_tokens``; never none at all."""
    encoded = tokenizer(
        list(texts), truncation=True, max_length=max_tokens, return_attention_mask=False
    )
    # A tokenizer without special tokens gives an empty text no token, and no encoder takes that.
    nothing = [tokenizer.pad_token_id or 0]
    return [ids or nothing for ids in encoded["input_ids"]]
