"""A network computed by an exported engine: the same logits as torch, without torch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from framescope.data.errors import InputError
from framescope.models.batches import padded, token_batches
from framescope.models.labels import LabelSpace

#: Padded tokens in one batch: what a layer writes then stays in the cache of one core. On one core
#: of a Zen 4, 4,096 were a tenth slower, 512 no faster.
_BUDGET = 1024


class Batch(NamedTuple):
    """Texts computed together: their rows in the result, token ids and mask, both (n, length)."""

    rows: list[int]
    input_ids: NDArray[np.int64]
    attention_mask: NDArray[np.int64]


class Runner(Protocol):
    """What an engine has to do: compute batches, as many at a time as it likes."""

    computed: str

    def run(self, batches: Iterable[Batch], logits: NDArray[np.float32]) -> None:
        """Write the logits of each batch into its rows of ``logits``, shape (n, F, C)."""


class ExportedScorer:
    """A network in an engine's own format, with the bundle's tokenizer; a ``Scorer``.

    Args:
        bundle: The bundle, for tokenizer, frames and longest input.
        runner: What computes.
        padding: Token id of padding; some networks count positions from it.
    """

    kind = "framescope"

    def __init__(self, bundle: Path, runner: Runner, *, padding: int) -> None:
        config = json.loads((bundle / "config.json").read_text(encoding="utf-8"))
        frames, classes = tuple(config["frames"]), tuple(config["classes"])
        self.space = LabelSpace(frames, classes, config["has_stances"])
        self.computed = runner.computed
        self._runner, self._padding = runner, padding
        self._tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(config["max_tokens"])

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Logits of n texts, shape (n, F, C), in the order given."""
        result = np.zeros((len(texts), *self.space.shape), dtype=np.float32)
        # A tokenizer without special tokens gives an empty text no token: it gets padding.
        encoded = self._tokenizer.encode_batch_fast(list(texts))
        tokens = [found.ids or [self._padding] for found in encoded]
        self._runner.run(self._batches(tokens), result)
        return result

    def save(self, folder: Path) -> None:
        """Refuse: an engine's files are made by export, from the network of a bundle."""
        raise InputError(f"an exported engine cannot be saved into {folder}")

    def _batches(self, tokens: list[list[int]]) -> Iterator[Batch]:
        # One size for each greatest length: an engine meets few shapes, and prepares each once.
        for rows in token_batches([len(ids) for ids in tokens], budget=_BUDGET):
            yield Batch(rows, *padded([tokens[i] for i in rows], self._padding))
