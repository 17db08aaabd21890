"""What a training run does to the network besides fitting its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import nn

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.models.labels import LabelSpace
from framescope.training.fine_tune import FineTuner
from framescope.training.fit import training_examples
from framescope.training.settings import TrainSettings


class Watched(FineTuner):
    """Notes how attention is computed and what is dropped while it trains."""

    def _network(self) -> Any:
        self.network = super()._network()
        return self.network

    def note(self) -> None:
        encoder = self.network.encoder
        self.attention = encoder.config._attn_implementation
        self.dropped = {m.p for m in encoder.modules() if isinstance(m, nn.Dropout)}


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_on_a_processor_attention_is_plain_while_training_and_as_before_afterwards(
    share: float, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path
) -> None:
    space = LabelSpace.of(codebook)
    settings = TrainSettings(encoder=str(tiny_encoder), device="cpu", encoder_dropout=share)
    tuner = Watched(settings, space, lambda: tuner.note())  # noqa: PLW0108
    examples = training_examples(sentences, space).take(np.arange(8))
    scorer, _ = tuner.run(examples, epochs=1, seed=1)
    assert (tuner.attention, tuner.dropped) == ("eager", {share})
    assert scorer.network.encoder.config._attn_implementation == "sdpa"
