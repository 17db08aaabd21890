"""The trials of a search, one after the other, each a fine-tuning run scored on one split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from framescope.data.console import ProgressBar, progress_bar, tell
from framescope.models.labels import LabelSpace
from framescope.training.fine_tune import Examples, FineTuner
from framescope.training.search_space import SearchSpace
from framescope.training.settings import TrainSettings
from framescope.training.study import finished


@dataclass(frozen=True, slots=True)
class Trials:
    """What the trials of a study share: where they search, and what they train and score on."""

    study: optuna.Study
    search_space: SearchSpace
    settings: TrainSettings
    label_space: LabelSpace
    train: Examples
    held_out: Examples

    def run(self, wanted: int) -> None:
        """Go on until the study has that many finished trials."""
        done = len(finished(self.study))
        with progress_bar("Searching", total=wanted, unit="trials") as bar:
            bar.advance(min(done, wanted))
            while (done := len(finished(self.study))) < wanted:
                tell(f"Trial {done + 1} of {wanted}: {self._one(bar, done + 1)}")
                bar.advance()

    def _one(self, bar: ProgressBar, number: int) -> str:
        """Run one trial; what came of it, in words."""
        trial = self.study.ask()
        # By its number, so that neither a resumed search nor a second process repeats draws.
        self.study.sampler = optuna.samplers.TPESampler(seed=self.settings.seed + trial.number)
        values = self.search_space.suggest(trial)
        words = ", ".join(f"{k.replace('_', ' ')} {v:.3g}" for k, v in values.items())
        leader = _best(self.study)
        known = f", best so far {leader.value:.3f}" if leader else ""
        bar.describe(f"Trial {number}{known}")
        try:
            score = self._score(trial, values)
        except optuna.TrialPruned:
            self.study.tell(trial, state=TrialState.PRUNED)
            return f"stopped early, its scores were below the median ({words})"
        except BaseException as error:
            self.study.tell(trial, state=TrialState.FAIL)
            if isinstance(error, KeyboardInterrupt):
                self.study.enqueue_trial(values)
            raise
        self.study.tell(trial, score)
        leads = leader is None or score > (leader.value or 0)
        return f"score {score:.3f}{', the best so far' if leads else ''} ({words})"

    def _score(self, trial: Trial, values: dict[str, Any]) -> float:
        """The best epoch's score on the held-out documents."""
        scores: list[float] = []

        def on_score(score: float) -> None:
            scores.append(score)
            trial.report(score, step=len(scores))
            if trial.should_prune():
                raise optuna.TrialPruned

        settings = self.settings.model_copy(update=values)
        FineTuner(settings, self.label_space, on_epoch=lambda: None).run(
            self.train,
            validation=self.held_out,
            epochs=settings.epochs,
            seed=settings.seed,
            on_score=on_score,
        )
        return max(scores)


def _best(study: optuna.Study) -> FrozenTrial | None:
    """The trial with the highest score, if any has one."""
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return max(complete, key=lambda t: t.value or 0, default=None)
