"""How each data set is trained on: one table, for all methods that have epochs."""

from __future__ import annotations

from framescope.training.settings import TrainSettings

#: Chosen on training data alone (``python -m benchmarks.quality.pick``); the shipped corpus takes
#: the defaults. Plain Trainer gets the same number of epochs, batch size and longest input.
SETTINGS: dict[str, TrainSettings] = {
    "corpus": TrainSettings(),
    "gvfc": TrainSettings(epochs=8),
    "multiclimate": TrainSettings(),
}
