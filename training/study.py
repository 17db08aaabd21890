"""The record of a search: an SQLite file that can be gone on with, and that fits its data alone."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import optuna
import psutil
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from framescope.data.errors import InputError

_NAME = "framescope"
#: Seconds that a process waits for another that writes into the same file.
_PATIENCE = 60
#: Attribute of a trial: id and start of its process.
_PROCESS = "process"


def open_study(path: Path, made_for: dict[str, Any], first: dict[str, Any]) -> optuna.Study:
    """The study in that file, made if it is not there.

    Args:
        path: The SQLite file.
        made_for: What the trials depend on, by name; values that JSON can hold.
        first: Settings of the first trial; tried again if that trial failed or was broken off.

    Raises:
        InputError: It is no study, or one made for something else.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if not path.exists():
        _make(path, made_for, first)
    # The median of a few full trials is the first fair measure; the first epoch tells little.
    # Steps are epochs, counted from 1.
    pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=2)
    try:
        storage = _storage(path, skip_table_creation=True)
        study = optuna.load_study(study_name=_NAME, storage=storage, pruner=pruner)
        found = study.user_attrs
    except (SQLAlchemyError, optuna.exceptions.OptunaError, KeyError, RuntimeError) as error:
        raise InputError("it is not the study of a search", path=path) from error
    changed = [name for name, value in made_for.items() if found.get(name) != value]
    if changed:
        problem = f"the study was made with another {' and another '.join(changed)}"
        raise InputError(problem, path=path, expected="the same as before, or another --study")
    _take_up(study, first)
    return study


def finished(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that ran to their end or were stopped as hopeless; not those broken off."""
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


def ask(study: optuna.Study) -> optuna.Trial:
    """A new trial, signed by this process, so that others can tell whether it still runs."""
    trial = study.ask()
    process = psutil.Process()
    trial.set_user_attr(_PROCESS, [process.pid, process.create_time()])
    return trial


def _take_up(study: optuna.Study, first: dict[str, Any]) -> None:
    """Fail the trials whose process was killed; ask for the first settings if none holds them."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if not _may_run(trial):
            study.tell(trial.number, state=TrialState.FAIL)
    trials = [t for t in study.get_trials(deepcopy=False) if t.state != TrialState.FAIL]
    if all(t.system_attrs.get("fixed_params", t.params) != first for t in trials):
        study.enqueue_trial(first)


def _may_run(trial: FrozenTrial) -> bool:
    if _PROCESS not in trial.user_attrs:  # it was asked for this very moment
        return True
    pid, born = trial.user_attrs[_PROCESS]
    try:
        return bool(psutil.Process(pid).create_time() == born)
    except psutil.Error:
        return False


def _make(path: Path, made_for: dict[str, Any], first: dict[str, Any]) -> None:
    """Write a study whole; where another process was faster, its study stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        draft = Path(folder) / "study"
        storage = _storage(draft)
        study = optuna.create_study(storage=storage, study_name=_NAME, direction="maximize")
        for name, value in made_for.items():
            study.set_user_attr(name, value)
        study.enqueue_trial(first)
        storage.remove_session()
        storage.engine.dispose()
        _publish(draft, path)


def _publish(draft: Path, path: Path) -> None:
    """Put the draft in its place, never over a study that another process has put there."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # no hard links here: who makes the folder may move the file
        claim = path.with_name(f".{path.name}.claim")
        deadline = time.monotonic() + _PATIENCE
        while not path.exists():
            with suppress(FileExistsError):
                claim.mkdir()
                try:
                    if not path.exists():
                        draft.rename(path)
                finally:
                    claim.rmdir()
            if time.monotonic() > deadline:
                raise InputError("a process that stopped left it behind", path=claim) from None
            time.sleep(0.05)


def _storage(path: Path, *, skip_table_creation: bool = False) -> RDBStorage:
    place = path.resolve()

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(place, timeout=_PATIENCE, check_same_thread=False)

    return RDBStorage(
        "sqlite:///study",  # not the path, in which "?", "#" or "{" would have a meaning
        engine_kwargs={"creator": connect},
        skip_table_creation=skip_table_creation,
    )
