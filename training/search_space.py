"""What a search tries: five settings, each within bounds that suit the encoder."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from optuna.trial import Trial

from framescope.training.settings import TrainSettings

_NARROW = 512


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """Bounds of the learning rate (log scale) and of the epochs; choices for the rest."""

    learning_rate: tuple[float, float]
    epochs: tuple[int, int]
    frozen_share: tuple[float, ...]
    batch_size: tuple[int, ...]
    weight_decay: tuple[float, ...]

    @classmethod
    def around(cls, settings: TrainSettings, *, width: int) -> SearchSpace:
        """The space for an encoder of that width (hidden size), the given settings included.

        Wide encoders want 2e-5 to 5e-5 (Devlin et al. 2019, appendix A.3), narrow ones up to ten
        times as much (3e-5 to 3e-4 for the small models of Turc et al. 2019, as released with them,
        and this project's default).
        """
        s = settings
        low, high = (5e-5, 1e-3) if width <= _NARROW else (1e-5, 2e-4)
        return cls(
            learning_rate=(min(low, s.learning_rate), max(high, s.learning_rate)),
            epochs=(min(2, s.epochs), max(6, s.epochs)),
            frozen_share=tuple(sorted({0.0, 0.34, 0.67, s.frozen_share})),
            batch_size=tuple(sorted({16, 32, 64, s.batch_size})),
            weight_decay=tuple(sorted({0.0, 0.01, 0.1, s.weight_decay})),
        )

    @classmethod
    def names(cls) -> set[str]:
        """The settings that are searched."""
        return {field.name for field in fields(cls)}

    def suggest(self, trial: Trial) -> dict[str, Any]:
        """The values of one trial."""
        return {
            "learning_rate": trial.suggest_float("learning_rate", *self.learning_rate, log=True),
            "epochs": trial.suggest_int("epochs", *self.epochs),
            "frozen_share": trial.suggest_categorical("frozen_share", self.frozen_share),
            "batch_size": trial.suggest_categorical("batch_size", self.batch_size),
            "weight_decay": trial.suggest_categorical("weight_decay", self.weight_decay),
        }
