"""One fine-tuning run with the Hugging Face Trainer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import softmax
from transformers import (
    EarlyStoppingCallback,
    EvalPrediction,
    PreTrainedModel,
    PrinterCallback,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)

from framescope.models.device import has_bf16, pick_device
from framescope.models.encoders import locate_encoder
from framescope.models.labels import LabelSpace
from framescope.models.network import FramescopeModel
from framescope.models.pretrained import load_config, load_tokenizer, longest_input
from framescope.models.transformer import TransformerScorer, tokenize
from framescope.training.distributed import SharedTrainer, shared_folder
from framescope.training.metrics.average_precision import mean_average_precision
from framescope.training.settings import TrainSettings

_SCORE = "mean_average_precision"


@dataclass(frozen=True, slots=True)
class Examples:
    """n texts with class codes (n, F) and weights (n,).

    ``targets`` (n, F, C), if there are any, are what is learnt in place of the codes.
    """

    texts: list[str]
    codes: NDArray[np.int64]
    weights: NDArray[np.float32]
    targets: NDArray[np.float32] | None = None

    def take(self, indices: NDArray[np.int64]) -> Examples:
        """Those at the indices, in that order."""
        texts = [self.texts[i] for i in indices]
        targets = None if self.targets is None else self.targets[indices]
        return Examples(texts, self.codes[indices], self.weights[indices], targets)


class FineTuner:
    """Fine-tunes networks from one encoder under one set of settings."""

    #: Another kind of trainer makes another kind of training.
    trainer_type: type[SharedTrainer] = SharedTrainer

    def __init__(
        self, settings: TrainSettings, space: LabelSpace, on_epoch: Callable[[], None]
    ) -> None:
        self.settings, self.space, self._on_epoch = settings, space, on_epoch
        self.encoder = locate_encoder(settings.encoder)
        config = load_config(self.encoder)
        longest = longest_input(config) or settings.max_tokens
        #: Size of the encoder's hidden vectors.
        self.width: int = config.hidden_size
        self.tokenizer: Any = load_tokenizer(self.encoder)
        self.max_tokens = min(settings.max_tokens, longest, self.tokenizer.model_max_length)

    def run(
        self,
        train: Examples,
        *,
        validation: Examples | None = None,
        epochs: int,
        seed: int,
        on_score: Callable[[float], None] | None = None,
    ) -> tuple[TransformerScorer, int]:
        """Train for some epochs, stopping early where there is a validation set.

        Each score on that set goes to ``on_score``; what it raises ends the run.

        Returns:
            The trained scorer (the best epoch's, given a validation set) and that epoch.
        """
        set_seed(seed)
        s = self.settings
        network = self._network()
        network.freeze(s.frozen_share)
        network.set_encoder_dropout(s.encoder_dropout)
        device = pick_device(s.device)
        with shared_folder(device) as folder, _attention_for(device, network.encoder):
            trainer = self.trainer_type(
                model=network,
                args=self._arguments(folder, epochs, seed, stops=validation is not None),
                train_dataset=self._rows(train),
                eval_dataset=None if validation is None else self._rows(validation, hard=True),
                data_collator=self._collate,
                compute_metrics=_validation_score,
                callbacks=self._callbacks(stops=validation is not None),
            )
            if on_score is not None:
                trainer.add_callback(_OnScore(on_score))
            trainer.remove_callback(PrinterCallback)
            trainer.train()
            best = _best_epoch(trainer, epochs) if validation is not None else epochs
        scorer = TransformerScorer(network, self.tokenizer, device=s.device, precision=s.precision)
        return scorer, best

    def _network(self) -> FramescopeModel:
        """The network to start from."""
        return FramescopeModel.from_encoder(
            self.encoder,
            self.space,
            max_tokens=self.max_tokens,
            dropout=self.settings.dropout,
        )

    def _arguments(self, folder: str, epochs: int, seed: int, *, stops: bool) -> TrainingArguments:
        s = self.settings
        device = pick_device(s.device)
        rhythm = "epoch" if stops else "no"
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=epochs,
            per_device_train_batch_size=s.batch_size,
            per_device_eval_batch_size=128,
            learning_rate=s.learning_rate,
            weight_decay=s.weight_decay,
            warmup_steps=s.warmup,
            optim="adamw_torch_fused",
            bf16=s.precision == "auto" and has_bf16(device),
            # Of the evaluation batches; SharedTrainer sees to the training batches itself.
            train_sampling_strategy="group_by_length",
            eval_strategy=rhythm,
            save_strategy=rhythm,
            save_only_model=True,
            save_total_limit=1,
            load_best_model_at_end=stops,
            metric_for_best_model=_SCORE,
            greater_is_better=True,
            use_cpu=device.type == "cpu",
            dataloader_pin_memory=device.type == "cuda",
            remove_unused_columns=False,
            label_names=["labels"],
            logging_strategy="no",
            report_to="none",
            disable_tqdm=True,
            seed=seed,
            # SharedTrainer sees to it that processes weigh what their sentences weigh.
            average_tokens_across_devices=False,
        )
        # Several GPUs in one process would multiply the batch; torchrun gives each its process.
        arguments._n_gpu = min(1, arguments.n_gpu)
        return arguments

    def _callbacks(self, *, stops: bool) -> list[TrainerCallback]:
        progress: list[TrainerCallback] = [_OnEpoch(self._on_epoch)]
        return [*progress, EarlyStoppingCallback(self.settings.patience)] if stops else progress

    def _rows(self, examples: Examples, *, hard: bool = False) -> Any:
        tokens = tokenize(self.tokenizer, examples.texts, self.max_tokens)
        soft = None if hard else examples.targets
        labels = examples.codes if soft is None else soft
        columns = zip(tokens, labels, examples.weights, strict=True)
        return [{"input_ids": ids, "labels": y, "weight": w} for ids, y, w in columns]

    def _collate(self, rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        padded = self.tokenizer.pad(
            {"input_ids": [row["input_ids"] for row in rows]}, return_tensors="pt"
        )
        return {
            "input_ids": padded["input_ids"],
            "attention_mask": padded["attention_mask"],
            "labels": torch.from_numpy(np.stack([row["labels"] for row in rows])),
            "weight": torch.tensor([float(row["weight"]) for row in rows]),
        }


@contextmanager
def _attention_for(device: torch.device, encoder: PreTrainedModel) -> Iterator[None]:
    """Compute attention by plain matrix products while training on a processor.

    The fused kernel is the slower one there with a mask: with it a step took half as long again
    (MiniLM, sentences of news, bfloat16, Zen 4).
    """
    usual = encoder.config._attn_implementation
    if device.type == "cpu":
        encoder.set_attn_implementation("eager")
    try:
        yield
    finally:
        encoder.set_attn_implementation(usual)


class _OnEpoch(TrainerCallback):
    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call

    def on_epoch_end(self, *_: Any, **__: Any) -> None:
        self._call()


class _OnScore(TrainerCallback):
    def __init__(self, call: Callable[[float], None]) -> None:
        self._call = call

    def on_evaluate(self, *_: Any, **options: Any) -> None:
        self._call(options["metrics"][f"eval_{_SCORE}"])


def _best_epoch(trainer: Any, epochs: int) -> int:
    scores = [(e[f"eval_{_SCORE}"], -e["epoch"]) for e in trainer.state.log_history
              if f"eval_{_SCORE}" in e]  # fmt: skip
    return round(-max(scores)[1]) if scores else epochs


def _validation_score(prediction: EvalPrediction) -> dict[str, float]:
    """Mean average precision of logits (n, F, C); 0 where the validation set shows no frame."""
    logits, codes = np.asarray(prediction.predictions), np.asarray(prediction.label_ids)
    return {_SCORE: mean_average_precision(softmax(logits, axis=2)[:, :, 1:], codes) or 0.0}
