"""The loss of a recipe, from logits (n, F, C) and classes (n, F)."""

from __future__ import annotations

import torch
from torch.nn import functional

from benchmarks.quality.lift.recipes import Recipe

_TEMPERATURE = 0.1


def by_sentence(
    recipe: Recipe, logits: torch.Tensor, labels: torch.Tensor, class_weight: torch.Tensor
) -> torch.Tensor:
    """Loss of each sentence, summed over frames, shape (n,).

    Args:
        recipe: What changes it.
        logits: Shape (n, F, C).
        labels: Classes, shape (n, F); none is left out.
        class_weight: Weight of each class of each frame, shape (F, C).
    """
    smoothing = recipe.smoothing
    flat = logits.flatten(0, 1), labels.flatten()
    each = functional.cross_entropy(*flat, reduction="none", label_smoothing=smoothing)
    each = each.view_as(labels)
    missed = 1 - torch.softmax(logits, -1).gather(-1, labels[..., None])[..., 0]
    if recipe.focal:
        each = each * missed**recipe.focal
    if recipe.asymmetric:
        each = each * torch.where(labels == 0, missed**recipe.asymmetric, 1.0)
    if recipe.class_weights:
        each = each * class_weight[torch.arange(labels.shape[1]), labels]
    return each.sum(dim=1)


def divergence(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Symmetric Kullback–Leibler divergence of two passes, shape (n,)."""
    p, q = torch.log_softmax(first, -1), torch.log_softmax(second, -1)
    return ((p.exp() - q.exp()) * (p - q)).sum(dim=(1, 2)) / 2


def contrast(embeddings: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Supervised contrastive loss of a batch: a number; 0 where no two sentences are alike.

    Args:
        embeddings: Shape (n, d).
        labels: Classes, shape (n, F): alike are those that agree in all frames.
    """
    unit = functional.normalize(embeddings.float(), dim=1)
    itself = torch.eye(len(unit), dtype=torch.bool)
    closeness = (unit @ unit.T / _TEMPERATURE).masked_fill(itself, float("-inf"))
    log_share = closeness.log_softmax(dim=1).masked_fill(itself, 0.0)
    alike = (labels[:, None] == labels[None]).all(dim=2) & ~itself
    counts = alike.sum(dim=1)
    sums = -(log_share * alike).sum(dim=1)[counts > 0] / counts[counts > 0]
    return sums.mean() if len(sums) else unit.sum() * 0
