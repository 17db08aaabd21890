"""Fine-tuning as most people write it: plain Hugging Face Trainer, fp32, multi-label."""

from __future__ import annotations

import tempfile
import time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit, softmax
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)

from benchmarks.quality.work import Decisions, Outcome, Work, exclusive
from framescope.models.encoders import locate_encoder

#: What TrainingArguments takes if nothing is said.
_LEARNING_RATE = 5e-5


class PlainTrainer:
    """AutoModelForSequenceClassification over joint labels, with the defaults of the library.

    Args:
        work: Sentences and settings, of which the encoder, the epochs, the batch size, the longest
            input and the seed count.
        callbacks: What else should see the training.
    """

    def __init__(self, work: Work, callbacks: tuple[TrainerCallback, ...] = ()) -> None:
        self._settings, self._callbacks = work.settings, callbacks
        encoder, labels = locate_encoder(work.settings.encoder), work.labels()
        set_seed(work.settings.seed)
        self._exclusive = exclusive(labels)
        kind = "single" if self._exclusive else "multi"
        self.tokenizer: Any = AutoTokenizer.from_pretrained(encoder)
        self.model: Any = AutoModelForSequenceClassification.from_pretrained(
            encoder,
            num_labels=labels.shape[1],
            problem_type=f"{kind}_label_classification",
            dtype=torch.float32,
        )
        targets = labels.argmax(axis=1) if self._exclusive else labels.astype(np.float32)
        self._rows = [
            {**row, "labels": y}
            for row, y in zip(self._tokens(work.texts), targets.tolist(), strict=True)
        ]

    def train(self) -> None:
        """Train for all epochs; nothing is stopped early."""
        settings = self._settings
        with tempfile.TemporaryDirectory() as folder:
            arguments = TrainingArguments(
                output_dir=folder,
                num_train_epochs=settings.epochs,
                per_device_train_batch_size=settings.batch_size,
                learning_rate=_LEARNING_RATE,
                use_cpu=not torch.cuda.is_available(),
                dataloader_pin_memory=torch.cuda.is_available(),
                save_strategy="no",
                logging_strategy="no",
                report_to="none",
                disable_tqdm=True,
                seed=settings.seed,
            )
            trainer = Trainer(
                model=self.model,
                args=arguments,
                train_dataset=self._rows,
                data_collator=DataCollatorWithPadding(self.tokenizer),
                callbacks=list(self._callbacks),
            )
            trainer.remove_callback(PrinterCallback)
            trainer.train()

    @torch.inference_mode()
    def probability(self, texts: list[str]) -> NDArray[np.float32]:
        """Probabilities of the joint labels, shape (n, labels)."""
        training = self.model.training
        self.model.train(False)
        parts = [texts[i : i + 64] for i in range(0, len(texts), 64)]
        logits = np.concatenate([self._logits(part) for part in parts])
        self.model.train(training)
        return softmax(logits, axis=1) if self._exclusive else expit(logits)

    def _logits(self, texts: list[str]) -> NDArray[np.float32]:
        batch = self.tokenizer.pad(self._tokens(texts), return_tensors="pt").to(self.model.device)
        logits: NDArray[np.float32] = self.model(**batch).logits.float().cpu().numpy()
        return logits

    def _tokens(self, texts: list[str]) -> list[dict[str, list[int]]]:
        found = self.tokenizer(texts, truncation=True, max_length=self._settings.max_tokens)
        return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def fit_predict(work: Work) -> Outcome:
    """Train, then take a label as present from a probability of 0.5 on."""
    started = time.perf_counter()
    plain = PlainTrainer(work)
    plain.train()
    seconds = time.perf_counter() - started
    probability = {name: plain.probability(texts) for name, texts in work.tests.items()}
    return Outcome({n: Decisions.of_labels(p, work.space) for n, p in probability.items()}, seconds)
