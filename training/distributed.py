"""Fine-tuning in several processes of one machine, step by step as in one process.

Accelerate would hand each process batches of its own: more sentences in a step than the settings
say, fewer steps, and weighted means taken within each process. Here all processes walk through the
same batches, each takes its share of every batch, and the shares are weighed so that the mean over
processes is the weighted mean over the batch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from accelerate import PartialState
from accelerate.utils import broadcast_object_list
from torch.utils.data import DataLoader, Sampler
from transformers import Trainer
from transformers.trainer_pt_utils import LengthGroupedSampler

T = TypeVar("T")


def from_first(value: T) -> T:
    """The value that the first process has; all processes must ask together."""
    box: list[T] = broadcast_object_list([value])
    return box[0]


@contextmanager
def shared_folder(device: torch.device) -> Iterator[str]:
    """A temporary folder, the same in all processes, there until the last has left the block."""
    state = PartialState(cpu=device.type == "cpu")
    with tempfile.TemporaryDirectory() as own:
        yield from_first(own)
        state.wait_for_everyone()


class SharedTrainer(Trainer):
    """A Trainer whose steps are the same in any number of processes.

    Each of its training rows has ``input_ids`` and a ``weight``, and ``train_batch_size`` counts
    the sentences of all processes together. Dropout alone differs from a run in one process.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if self.args.process_index:
            # All started from one seed; dropout must not repeat itself in each share of a batch.
            torch.manual_seed(self.args.seed + self.args.process_index)

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches of the whole training set, this process's share of each collated."""
        rows: Any = self.train_dataset
        size = self.args.train_batch_size
        order = LengthGroupedSampler(size, lengths=[len(row["input_ids"]) for row in rows])
        return DataLoader(
            rows,
            batch_size=size,
            sampler=_FirstProcessOrder(order),
            collate_fn=self._collate_share,
            pin_memory=self.args.dataloader_pin_memory,
        )

    def compute_loss(self, model: Any, inputs: dict[str, Any], *args: Any, **options: Any) -> Any:
        """The loss of this share, scaled by its part in the weight of the whole batch."""
        scale = inputs.pop("scale", None)
        loss = super().compute_loss(model, inputs, *args, **options)
        return loss if scale is None else loss * scale

    def _collate_share(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        processes = self.args.world_size
        share = rows[self.args.process_index :: processes]
        part = sum(float(r["weight"]) for r in share) / sum(float(r["weight"]) for r in rows)
        # The last batch may have fewer sentences than there are processes: one then counts 0.
        return {**self.data_collator(share or rows[:1]), "scale": processes * part}


class _FirstProcessOrder(Sampler[int]):
    """The order that the first process draws: dropout leaves each its own random state."""

    def __init__(self, order: Sampler[int]) -> None:
        self._order = order

    def __len__(self) -> int:
        return len(self._order)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[int]:
        return iter(from_first(list(self._order)))
