"""The losses of the lift study against their plain definitions, and a run of each recipe."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from benchmarks.quality.lift.__main__ import frame_precision, table
from benchmarks.quality.lift.losses import by_sentence, contrast, divergence
from benchmarks.quality.lift.recipes import RECIPES, Recipe
from benchmarks.quality.lift.tuner import RecipeTuner, layer_rates
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.models.labels import LabelSpace
from framescope.models.network import FramescopeModel
from framescope.training.fit import training_examples
from framescope.training.settings import TrainSettings

ONES = torch.ones(2, 3)


@pytest.fixture
def logits() -> torch.Tensor:
    return torch.randn(6, 2, 3, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def labels() -> torch.Tensor:
    return torch.tensor([[0, 1], [2, 0], [0, 0], [1, 1], [0, 2], [0, 1]])


def test_without_a_change_it_is_cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> None:
    plain = functional.cross_entropy(logits.permute(0, 2, 1), labels, reduction="none").sum(1)
    assert torch.allclose(by_sentence(Recipe(), logits, labels, ONES), plain)


def test_focal_losses_spare_what_is_right(logits: torch.Tensor, labels: torch.Tensor) -> None:
    plain = by_sentence(Recipe(), logits, labels, ONES)
    assert (by_sentence(Recipe(focal=2), logits, labels, ONES) < plain).all()
    asymmetric = by_sentence(Recipe(asymmetric=2), logits, labels, ONES)
    framed = (labels > 0).all(dim=1)
    assert torch.equal(asymmetric[framed], plain[framed])
    assert (asymmetric[~framed] < plain[~framed]).all()


def test_class_weights_count_by_frame_and_class(logits: torch.Tensor, labels: torch.Tensor) -> None:
    twice = by_sentence(Recipe(class_weights=True), logits, labels, 2 * ONES)
    assert torch.allclose(twice, 2 * by_sentence(Recipe(), logits, labels, ONES))


def test_two_equal_passes_do_not_diverge(logits: torch.Tensor) -> None:
    assert torch.allclose(divergence(logits, logits + 1), torch.zeros(6), atol=1e-6)
    assert (divergence(logits, -logits) > 0).all()


def test_contrast_wants_alike_sentences_together(labels: torch.Tensor) -> None:
    alike = torch.eye(6)
    alike[5] = alike[0] + 0.1 * alike[5]  # the two sentences with the same labels
    assert contrast(alike, labels) < contrast(torch.eye(6), labels)
    assert contrast(torch.eye(2), labels[:2]) == 0


@pytest.mark.parametrize("name", list(RECIPES))
def test_every_recipe_trains(
    name: str, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path
) -> None:
    space = LabelSpace.of(codebook)
    own = {"encoder": str(tiny_encoder), "device": "cpu", "precision": "fp32"}
    settings = TrainSettings(**{**RECIPES[name].settings, **own, "epochs": 1})
    tuner = RecipeTuner(RECIPES[name], settings, space)
    scorer = tuner.fit(training_examples(sentences, space))
    found = tuner.logits(scorer, [s.text for s in sentences])
    assert found.shape == (len(sentences), *space.shape)
    assert 0 < frame_precision(found, space.encode(sentences)) <= 1


def test_layers_learn_the_slower_the_lower(codebook: Codebook, tiny_encoder: Path) -> None:
    space = LabelSpace.of(codebook)
    network = FramescopeModel.from_encoder(str(tiny_encoder), space, max_tokens=16, dropout=0)
    rates = layer_rates(network, 1e-3, 0.5)
    layers = network.encoder.config.num_hidden_layers
    assert rates["head.weight"] == 1e-3
    lowest = rates["encoder.embeddings.word_embeddings.weight"]
    assert lowest == min(rates.values()) == 1e-3 * 0.5 ** (layers + 1)


def test_the_table_tells_gains_over_the_same_seeds_and_share() -> None:
    rows = [
        {"share": share, "recipe": name, "seed": seed, "scores": {"held_out": value}}
        for share, name, seed, value in (
            (0.5, "as it is", 0, 0.5),
            (0.5, "as it is", 1, 0.7),
            (0.5, "new", 1, 0.8),
            (1, "as it is", 1, 0.9),
        )
    ]
    assert "| new | 1 | 0.800 (+0.100) |" in table(rows)


def test_precision_is_of_frames_not_of_stances() -> None:
    codes = np.array([[1], [0]])
    wrong_stance = np.array([[[0.0, -5.0, 5.0]], [[5.0, 0.0, 0.0]]], dtype=np.float32)
    assert frame_precision(wrong_stance, codes) == 1
