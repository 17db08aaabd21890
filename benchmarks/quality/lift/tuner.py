"""Fine-tuning by a recipe, on top of the project's own."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import TrainerCallback

from benchmarks.quality.lift.losses import by_sentence, contrast, divergence
from benchmarks.quality.lift.recipes import Recipe
from framescope.models.transformer import TransformerScorer
from framescope.training.distributed import SharedTrainer
from framescope.training.fine_tune import Examples, FineTuner
from framescope.training.settings import TrainSettings

_AVERAGED_FROM = 1 / 3


class RecipeTrainer(SharedTrainer):
    """A trainer with the loss and the learning rates of a recipe."""

    recipe = Recipe()
    class_weight = torch.ones(1, 1)

    def compute_loss(self, model: Any, inputs: dict[str, Any], *_: Any, **__: Any) -> Any:
        """The recipe's loss, the weighted mean over the sentences of a batch."""
        inputs.pop("scale", None)
        labels, weight = inputs["labels"], inputs["weight"]
        logits, pooled = self._outputs(model, inputs)
        each = by_sentence(self.recipe, logits, labels, self.class_weight)
        if self.recipe.r_drop:
            again, _ = self._outputs(model, inputs)
            second = by_sentence(self.recipe, again, labels, self.class_weight)
            each = (each + second) / 2 + self.recipe.r_drop * divergence(logits, again)
        loss = (each * weight).sum() / weight.sum()
        if self.recipe.contrast:
            loss = loss + self.recipe.contrast * contrast(pooled, labels)
        return loss

    def create_optimizer(self, *_: Any) -> torch.optim.Optimizer:
        """AdamW with one rate a layer, where the recipe asks for it."""
        if self.recipe.layer_decay == 1:
            return super().create_optimizer()
        rates = layer_rates(self.model, self.args.learning_rate, self.recipe.layer_decay)
        groups = [
            {"params": [p], "lr": rates[n], "weight_decay": self.args.weight_decay * (p.ndim > 1)}
            for n, p in self.model.named_parameters()
        ]
        self.optimizer = torch.optim.AdamW(groups, fused=True)
        return self.optimizer

    def _outputs(self, model: Any, inputs: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (n, F, C) and what the head was given (n, d)."""
        seen: list[torch.Tensor] = []
        hook = model.head.register_forward_hook(lambda _, given, out: seen.extend((*given, out)))
        logits = model(inputs["input_ids"], inputs["attention_mask"]).logits
        hook.remove()
        pooled, raw = seen
        return raw.float().view_as(logits) if self.recipe.one_softmax else logits, pooled


class RecipeTuner(FineTuner):
    """A fine-tuner that trains by a recipe."""

    def __init__(self, recipe: Recipe, settings: TrainSettings, space: Any) -> None:
        super().__init__(settings, space, lambda: None)
        self.recipe = recipe

    def fit(self, train: Examples) -> TransformerScorer:
        """Train for all epochs."""
        counts = np.stack([(train.codes == c).sum(axis=0) for c in range(self.space.shape[1])], 1)
        weight = 1 / np.sqrt(np.maximum(counts, 1))
        weight /= (weight * counts).sum(axis=1, keepdims=True) / len(train.texts)
        options = {"recipe": self.recipe, "class_weight": torch.tensor(weight, dtype=torch.float32)}
        self.trainer_type = type("Trainer", (RecipeTrainer,), options)
        settings = self.settings
        scorer, _ = self.run(train, epochs=settings.epochs, seed=settings.seed)
        return scorer

    def _callbacks(self, *, stops: bool) -> list[TrainerCallback]:
        more = [_Average(self.recipe.average)] if self.recipe.average else []
        return [*super()._callbacks(stops=stops), *more]

    def logits(self, scorer: TransformerScorer, texts: list[str]) -> NDArray[np.float32]:
        """Logits (n, F, C) of what ``fit`` returned."""
        if not self.recipe.one_softmax:
            return scorer.logits(texts)
        with patch("framescope.models.network.class_logits", lambda outputs: outputs):
            return scorer.logits(texts)


class _Average(TrainerCallback):
    """Puts the moving average of the weights in their place at the end."""

    def __init__(self, decay: float) -> None:
        self._decay, self._mean = decay, {}

    def on_step_end(self, _: Any, state: Any, __: Any, **options: Any) -> None:
        if state.global_step < _AVERAGED_FROM * state.max_steps:
            return
        for name, parameter in options["model"].named_parameters():
            now = parameter.detach()
            if name in self._mean:
                self._mean[name].lerp_(now, 1 - self._decay)
            else:
                self._mean[name] = now.clone()

    def on_train_end(self, *_: Any, **options: Any) -> None:
        with torch.no_grad():
            for name, parameter in options["model"].named_parameters():
                parameter.copy_(self._mean[name])


def layer_rates(model: Any, rate: float, decay: float) -> dict[str, float]:
    """The learning rate of each parameter: ``rate`` above the layers, less from layer to layer."""
    layers = model.encoder.config.num_hidden_layers
    return {
        name: rate * decay ** (layers + 1 - _depth(name, layers))
        for name, _ in model.named_parameters()
    }


def _depth(name: str, layers: int) -> int:
    """0 for the embeddings, then the number of the layer, and one more for what follows them."""
    parts = name.split(".")
    numbers = [int(part) for part in parts if part.isdigit()]
    if numbers and "layer" in name:
        return numbers[0] + 1
    return 0 if "embeddings" in parts else layers + 1
