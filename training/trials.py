"""The trials of a search, one after the other, each a fine-tuning run scored on one split."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from framescope.data.console import ProgressBar, progress_bar, tell
from framescope.data.errors import InputError
from framescope.models.labels import LabelSpace
from framescope.training.fine_tune import Examples, FineTuner
from framescope.training.search_space import SearchSpace
from framescope.training.settings import TrainSettings
from framescope.training.study import ask, finished

#: Failed trials in a row after which the search ends.
_FAILURES = 3
#: Trials before TPE proposes: the given settings and random ones (optuna would wait for 10).
_BEFORE_TPE = 5


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
        """Go on until the study has that many finished trials.

        Raises:
            InputError: Three trials in a row failed.
        """
        failures, done = 0, len(finished(self.study))
        with progress_bar("Searching", total=wanted, unit="trials") as bar:
            bar.advance(min(done, wanted))
            while (done := len(finished(self.study))) < wanted:
                state, words = self._one(bar, done + 1)
                tell(f"Trial {done + 1} of {wanted}: {words}")
                failed = state == TrialState.FAIL
                failures = failures + 1 if failed else 0
                bar.advance(0 if failed else 1)
                if failures == _FAILURES:
                    raise InputError(
                        f"{failures} trials in a row {words}",
                        expected="settings and a corpus that this machine can train with",
                    )

    def _one(self, bar: ProgressBar, number: int) -> tuple[TrialState, str]:
        """Run one trial; what came of it, also in words."""
        trial = ask(self.study)
        # By its number, so that neither a resumed search nor a second process repeats draws.
        self.study.sampler = optuna.samplers.TPESampler(
            n_startup_trials=_BEFORE_TPE, seed=self.settings.seed + trial.number
        )
        values = self.search_space.suggest(trial)
        words = ", ".join(f"{k.replace('_', ' ')} {v:.3g}" for k, v in values.items())
        leader = _best(self.study)
        known = f", best so far {leader.value:.3f}" if leader else ""
        bar.describe(f"Trial {number}{known}")
        try:
            score = self._score(trial, values)
        except optuna.TrialPruned:
            self.study.tell(trial, state=TrialState.PRUNED)
            return TrialState.PRUNED, f"stopped early, its scores were below the median ({words})"
        except (RuntimeError, ValueError) as error:  # too little memory, or training diverged
            self.study.tell(trial, state=TrialState.FAIL)
            reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
            return TrialState.FAIL, f"failed: {reason} ({words})"
        except BaseException as error:
            self.study.tell(trial, state=TrialState.FAIL)
            if isinstance(error, KeyboardInterrupt):
                self.study.enqueue_trial(values)
            raise
        self.study.tell(trial, score)
        leads = leader is None or score > (leader.value or 0)
        told = f"score {score:.3f}{', the best so far' if leads else ''} ({words})"
        return TrialState.COMPLETE, told

    def _score(self, trial: Trial, values: dict[str, Any]) -> float:
        """The best epoch's score on the held-out documents."""
        scores: list[float] = []

        def on_score(score: float) -> None:
            if math.isnan(score):
                raise ValueError("the score is not a number")
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
