"""The changes that are tried, each against training as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to train the network.

    Attributes:
        settings: Changes to the settings of training.
        layer_decay: Factor on the learning rate from each layer to the one below it (Howard &
            Ruder 2018, section 3.2).
        class_weights: Weigh each class of a frame by the inverse root of its frequency.
        focal: Exponent of the focal loss (Lin et al. 2017, eq. 4); 0 is plain cross-entropy.
        asymmetric: The same, but on the class absent alone (after Ridnik et al. 2021).
        smoothing: Share of the target that is spread over all classes (Szegedy et al. 2016).
        r_drop: Weight of the divergence between two passes beside the mean of their losses; Liang
            et al. 2021 take the sum, so that their weight for the same is twice this one.
        contrast: Weight of the supervised contrastive loss (Khosla et al. 2020, eq. 2), with
            sentences of the same frames and stances as positives and temperature 0.1.
        one_softmax: One softmax over absent and the stances, instead of a head for P(frame) and one
            for the stance given the frame.
        average: Decay of the moving average of the weights, over the last two thirds; 0 for none.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    layer_decay: float = 1
    class_weights: bool = False
    focal: float = 0
    asymmetric: float = 0
    smoothing: float = 0
    r_drop: float = 0
    contrast: float = 0
    one_softmax: bool = False
    average: float = 0


RECIPES: dict[str, Recipe] = {
    "as it is": Recipe(),
    "half frozen": Recipe({"frozen_share": 0.5}),
    "nothing frozen": Recipe({"frozen_share": 0.0}),
    "nothing frozen, rate 5e-5": Recipe({"frozen_share": 0.0, "learning_rate": 5e-5}),
    "5 epochs, rate 1e-4": Recipe({"epochs": 5, "learning_rate": 1e-4}),
    "layer-wise rates, 0.8": Recipe({"frozen_share": 0.0}, layer_decay=0.8),
    "class weights": Recipe(class_weights=True),
    "focal loss, 2": Recipe(focal=2),
    "asymmetric loss, 2": Recipe(asymmetric=2),
    "label smoothing, 0.05": Recipe(smoothing=0.05),
    "encoder dropout, 0.1": Recipe({"encoder_dropout": 0.1}),
    "R-Drop, 1": Recipe({"encoder_dropout": 0.1}, r_drop=1),
    "contrastive loss, 0.1": Recipe(contrast=0.1),
    "one softmax": Recipe(one_softmax=True),
    "moving average, 0.99": Recipe(average=0.99),
}
