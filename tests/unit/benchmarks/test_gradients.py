from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from benchmarks.explain.gradients import IntegratedGradients
from framescope.data.codebook import Codebook
from framescope.inference.explain import word_spans
from framescope.models.labels import LabelSpace
from framescope.models.network import FramescopeModel
from framescope.models.transformer import TransformerScorer

TEXT = "indeed tanks shipped to the army"


@pytest.fixture
def scorer(codebook: Codebook, tiny_encoder: Path) -> TransformerScorer:
    torch.manual_seed(1)
    space = LabelSpace.of(codebook)
    model = FramescopeModel.from_encoder(str(tiny_encoder), space, max_tokens=32, dropout=0.1)
    torch.nn.init.normal_(model.head.weight, std=1.0)  # a fresh head hardly tells texts apart
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    return TransformerScorer(model, tokenizer, device="cpu", precision="fp32")


@pytest.mark.parametrize("frame", [0, 1])
def test_attributions_add_up_to_the_change_of_the_output(
    scorer: TransformerScorer, frame: int
) -> None:
    """Completeness, proposition 1 of the paper."""
    gradients = IntegratedGradients(scorer, steps=256)
    ids, baseline, _ = gradients.encode(TEXT)
    with torch.no_grad():
        change = (gradients.outputs(ids) - gradients.outputs(baseline))[0, frame].item()
    assert abs(change) > 0.05
    assert gradients.tokens(TEXT, frame).sum() == pytest.approx(change, rel=0.01)


def test_words_get_what_their_tokens_get(scorer: TransformerScorer) -> None:
    gradients = IntegratedGradients(scorer)
    words = gradients.words(TEXT, 0, word_spans(TEXT))
    assert np.allclose(words, gradients.tokens(TEXT, 0))
    half = gradients.words(TEXT, 0, [(0, 12), (12, len(TEXT))])
    assert half == pytest.approx([words[:2].sum(), words[2:].sum()])


def test_the_network_is_left_as_it_was(scorer: TransformerScorer) -> None:
    before = scorer.logits([TEXT])
    IntegratedGradients(scorer).tokens(TEXT, 0)
    assert (scorer.logits([TEXT]) == before).all()
    assert all(p.grad is None for p in scorer.network.parameters())
