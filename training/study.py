"""The record of a search: an SQLite file that can be gone on with, and that fits its data alone."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from framescope.data.errors import InputError

_NAME = "framescope"
#: Seconds that a process waits for another that writes into the same file.
_PATIENCE = 60


def open_study(path: Path, made_for: dict[str, Any], first: dict[str, Any]) -> optuna.Study:
    """The study in that file, made if it is not there.

    Args:
        path: The SQLite file.
        made_for: What the trials depend on, by name; values that JSON can hold.
        first: Settings of the first trial of a new study.

    Raises:
        InputError: It is no study, or one made for something else.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if not path.exists():
        _make(path, made_for, first)
    # The median of a few full trials is the first fair measure; the first epoch tells little.
    pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=1)
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
    return study


def finished(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that ran to their end or were stopped as hopeless; not those broken off."""
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


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
        with suppress(FileExistsError):
            os.link(draft, path)


def _storage(path: Path, *, skip_table_creation: bool = False) -> RDBStorage:
    return RDBStorage(
        f"sqlite:///{path.resolve()}",
        engine_kwargs={"connect_args": {"timeout": _PATIENCE}},
        skip_table_creation=skip_table_creation,
    )
