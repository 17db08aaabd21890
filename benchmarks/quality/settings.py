"""How each data set is trained on: one table, for all methods that have epochs."""

from __future__ import annotations

from framescope.training.settings import TrainSettings

#: The defaults, but eight epochs where there are a thousand sentences; to be changed only by what
#: ``python -m benchmarks.quality.pick`` says, which sees training sentences alone. Plain Trainer
#: gets the same number of epochs, batch size and longest input.
SETTINGS: dict[str, TrainSettings] = {
    "corpus": TrainSettings(),
    "gvfc": TrainSettings(epochs=8),
    "multiclimate": TrainSettings(),
}
