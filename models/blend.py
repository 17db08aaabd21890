"""The network and the linear baseline together: a weighted mean of their class probabilities.

They err in different ways: the network on words that it takes for a topic, the baseline on
sentences without the usual words. The mean costs little beside the network alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from framescope.data.output import write_json
from framescope.models.classifier import Scorer
from framescope.models.labels import LabelSpace
from framescope.models.linear import LinearScorer

Floats = NDArray[np.float32]


def blend(first: Floats, second: Floats, weight: float) -> Floats:
    """Logits of a mean of two sets of class probabilities, all of shape (n, F, C).

    Args:
        first: Logits that have the weight.
        second: Logits that have the rest.
        weight: 0 to 1.
    """
    mean = weight * softmax(first, axis=2) + (1 - weight) * softmax(second, axis=2)
    return np.asarray(np.log(np.maximum(mean, np.finfo(np.float32).tiny)), dtype=np.float32)


class BlendScorer:
    """Logits of a network and a linear baseline over the same classes, blended.

    Args:
        network: The network.
        linear: The baseline.
        network_weight: Weight of the network's probabilities, 0 to 1.
    """

    def __init__(self, network: Scorer, linear: LinearScorer, network_weight: float = 0.5) -> None:
        self.kind = network.kind
        self.network, self.linear, self.network_weight = network, linear, network_weight

    @property
    def space(self) -> LabelSpace:
        """Frames and classes."""
        return self.network.space

    @property
    def computed(self) -> str:
        """Device and precision in use, for provenance."""
        return self.network.computed

    def save(self, folder: Path) -> None:
        """Write the network, marked as one part of a blend; the baseline has its own folder."""
        self.network.save(folder)
        path = folder / "config.json"
        config = json.loads(path.read_text(encoding="utf-8"))
        blended = {"blended": True, "network_weight": self.network_weight}
        write_json(path, {**config, **blended})

    def logits(self, texts: Sequence[str]) -> Floats:
        """Logits of n texts, shape (n, F, C)."""
        return self.full_logits(texts, self.first_logits(texts))

    def first_logits(self, texts: Sequence[str]) -> Floats:
        """Logits of the first stage, the baseline, for n texts; shape (n, F, C)."""
        return self.linear.logits(texts)

    def full_logits(self, texts: Sequence[str], first: Floats) -> Floats:
        """Logits of n texts from those of the first stage, both of shape (n, F, C)."""
        return self.mixed(self.network.logits(texts), first)

    def mixed(self, network: Floats, linear: Floats) -> Floats:
        """Logits from those of the two, all of shape (n, F, C)."""
        return blend(network, linear, self.network_weight)
