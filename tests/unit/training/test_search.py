from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.cli import _search, main
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook, dump_codebook
from framescope.data.errors import InputError
from framescope.data.processes import is_first_process, process_count
from framescope.training.fine_tune import FineTuner
from framescope.training.search import Search, find_settings
from framescope.training.search_space import SearchSpace
from framescope.training.settings import TrainSettings
from framescope.training.study import open_study
from framescope.training.train import train_bundle
from tests.conftest import make_sentences

STATES = optuna.trial.TrialState


@pytest.fixture
def corpus() -> list[AnnotatedSentence]:
    return make_sentences(stances=True, documents=7)


@pytest.fixture
def settings(tiny_encoder: Path) -> TrainSettings:
    return TrainSettings.model_validate(
        {"encoder": str(tiny_encoder), "epochs": 2, "batch_size": 16, "learning_rate": 1e-2,
         "frozen_share": 0, "max_tokens": 32, "device": "cpu", "precision": "fp32"}
    )  # fmt: skip


def trials_of(path: Path) -> list[optuna.trial.FrozenTrial]:
    return optuna.load_study(study_name=None, storage=f"sqlite:///{path}").trials


def test_a_search_is_kept_recorded_and_not_done_again(
    tmp_path: Path,
    codebook: Codebook,
    corpus: list[AnnotatedSentence],
    settings: TrainSettings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    search = Search(trials=2, study=tmp_path / "new" / "study.sqlite3")
    chosen, found = find_settings(corpus, codebook, settings, search)
    first = trials_of(search.study)
    assert [t.state for t in first] == [STATES.COMPLETE] * 2
    assert first[0].params == settings.model_dump(include=SearchSpace.names())
    assert found["best_score"] == max(t.value or 0 for t in first)
    assert chosen == settings.model_copy(update=found["best_settings"])
    told = capsys.readouterr()
    assert "Trial 2 of 2: score" in told.err
    assert told.out == ""

    train_bundle(corpus, codebook, settings, tmp_path / "bundle", search=search)
    assert trials_of(search.study) == first
    training = json.loads((tmp_path / "bundle" / "training.json").read_text())
    assert training["search"]["trials"] == 2
    assert training["settings"]["learning_rate"] == found["best_settings"]["learning_rate"]
    assert "search of 2 trials" in (tmp_path / "bundle" / "README.md").read_text()


def test_a_resumed_search_is_the_search_that_was_never_stopped(
    tmp_path: Path, codebook: Codebook, corpus: list[AnnotatedSentence], settings: TrainSettings
) -> None:
    parts, whole = tmp_path / "parts.sqlite3", tmp_path / "whole.sqlite3"
    for trials in (1, 2, 3):
        find_settings(corpus, codebook, settings, Search(trials, parts))
    find_settings(corpus, codebook, settings, Search(3, whole))
    left, right = ([(t.params, t.value) for t in trials_of(p)] for p in (parts, whole))
    assert left == right
    assert len({json.dumps(params) for params, _ in left}) == 3


def test_a_study_of_other_data_or_settings_is_refused(
    tmp_path: Path, codebook: Codebook, corpus: list[AnnotatedSentence], settings: TrainSettings
) -> None:
    search = Search(1, tmp_path / "study.sqlite3")
    find_settings(corpus, codebook, settings, search)
    with pytest.raises(InputError, match="with another corpus; expected"):
        find_settings(corpus[1:], codebook, settings, search)
    with pytest.raises(InputError, match="another search space and another setting"):
        changes = {"learning_rate": 0.1, "max_tokens": 16}
        find_settings(corpus, codebook, settings.model_copy(update=changes), search)
    other = codebook.model_copy(update={"version": 2})
    with pytest.raises(InputError, match="another codebook"):
        find_settings(corpus, other, settings, search)
    assert len(trials_of(search.study)) == 1


def test_an_interrupted_trial_is_begun_again(
    tmp_path: Path,
    codebook: Codebook,
    corpus: list[AnnotatedSentence],
    settings: TrainSettings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    search = Search(2, tmp_path / "study.sqlite3")
    run, calls = FineTuner.run, []

    def interrupted(self: FineTuner, *arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return run(self, *arguments, **options)

    monkeypatch.setattr(FineTuner, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        find_settings(corpus, codebook, settings, search)
    assert "study.sqlite3 keeps the finished trials" in capsys.readouterr().err.replace("\n", "")
    _, found = find_settings(corpus, codebook, settings, search)
    done, broken, again = trials_of(search.study)
    assert (done.state, broken.state) == (STATES.COMPLETE, STATES.FAIL)
    assert (again.state, again.params) == (STATES.COMPLETE, broken.params)
    assert found["trials"] == len(calls) - 1 == 2


def test_what_cannot_be_searched_is_told(
    tmp_path: Path,
    codebook: Codebook,
    corpus: list[AnnotatedSentence],
    settings: TrainSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    linear = TrainSettings(model="linear")
    with pytest.raises(InputError, match="settings of the network"):
        find_settings(corpus, codebook, linear, Search(1, tmp_path / "a"))
    (tmp_path / "text").write_text("no study, and long enough to have a header " * 10)
    with pytest.raises(InputError, match="not the study of a search"):
        find_settings(corpus, codebook, settings, Search(1, tmp_path / "text"))
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(InputError, match="torchrun"):
        find_settings(corpus, codebook, settings, Search(1, tmp_path / "a"))
    assert [p.name for p in tmp_path.iterdir()] == ["text"]


def test_without_optuna_the_extra_is_named(
    tmp_path: Path, corpus: list[AnnotatedSentence], codebook: Codebook
) -> None:
    (tmp_path / "book.yaml").write_text(dump_codebook(codebook))
    rows = (s.model_dump_json(include={"id", "text", "frames", "document"}) for s in corpus)
    (tmp_path / "corpus.jsonl").write_text("".join(row + "\n" for row in rows))
    code = """
import sys
sys.modules["optuna"] = None
from framescope.cli import main
main(sys.argv[1:])
"""
    arguments = "train --search 2 --codebook book.yaml --corpus corpus.jsonl --output bundle"
    command = [sys.executable, "-c", code, *arguments.split()]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert result.returncode == 1
    assert "pip install 'framescope[train]'" in result.stderr
    assert "Traceback" not in result.stderr


@given(
    rate=st.floats(1e-7, 1), epochs=st.integers(1, 50), share=st.floats(0, 1),
    batch=st.integers(1, 512), decay=st.floats(0, 1), width=st.integers(8, 4096),
)  # fmt: skip
def test_the_space_holds_the_given_settings(
    rate: float, epochs: int, share: float, batch: int, decay: float, width: int
) -> None:
    settings = TrainSettings(
        learning_rate=rate, epochs=epochs, frozen_share=share, batch_size=batch, weight_decay=decay
    )
    space = SearchSpace.around(settings, width=width)
    given_values = settings.model_dump(include=SearchSpace.names())
    assert space.suggest(optuna.trial.FixedTrial(given_values)) == given_values
    assert space.learning_rate[0] <= rate <= space.learning_rate[1]
    assert space.epochs[0] <= epochs <= space.epochs[1]


def test_processes_that_open_one_study_at_once_all_get_it(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from framescope.training.study import open_study
study = open_study(Path(sys.argv[1]), {"corpus": "x"}, {"epochs": 1})
print([t.state.name for t in study.trials])
"""
    command = [sys.executable, "-c", code, str(tmp_path / "study.sqlite3")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [p.communicate(timeout=120)[0].strip() for p in processes] == ["['WAITING']"] * 3
    assert [p.name for p in tmp_path.iterdir()] == ["study.sqlite3"]


def run_with(monkeypatch: pytest.MonkeyPatch, *outcomes: float | BaseException) -> None:
    """Let the trials, instead of training, score so or fail so, one after the other."""
    left = iter(outcomes)

    def run(_: FineTuner, *__: Any, on_score: Any, **___: Any) -> None:
        outcome = next(left)
        if isinstance(outcome, BaseException):
            raise outcome
        on_score(outcome)

    monkeypatch.setattr(FineTuner, "run", run)


def test_the_first_epoch_never_prunes(tmp_path: Path) -> None:
    study = open_study(tmp_path / "study", {}, {"epochs": 2})
    for _ in range(4):
        trial = study.ask()
        for step in (1, 2):
            trial.report(0.9, step)
        study.tell(trial, 0.9)
    worse = study.ask()
    worse.report(0.1, 1)
    assert not worse.should_prune()
    worse.report(0.1, 2)
    assert worse.should_prune()


def test_given_settings_of_a_killed_trial_are_tried_again(tmp_path: Path) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from framescope.training.study import ask, open_study
trial = ask(open_study(Path(sys.argv[1]), {}, {"epochs": 1}))
trial.suggest_int("epochs", 1, 9)
print("running", flush=True)
sys.stdin.read()
"""
    path = tmp_path / "study"
    command = [sys.executable, "-c", code, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "running\n"
    running = open_study(path, {}, {"epochs": 1}).trials
    assert [t.state for t in running] == [STATES.RUNNING]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    left, again = open_study(path, {}, {"epochs": 1}).trials
    assert (left.state, again.state) == (STATES.FAIL, STATES.WAITING)
    assert open_study(path, {}, {"epochs": 1}).ask().suggest_int("epochs", 1, 9) == 1


def test_a_trial_that_fails_is_told_and_the_search_goes_on(
    tmp_path: Path,
    codebook: Codebook,
    corpus: list[AnnotatedSentence],
    settings: TrainSettings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    search = Search(2, tmp_path / "study.sqlite3")
    run_with(
        monkeypatch, RuntimeError("CUDA out of memory.\nTried to …"), 0.4, float("nan"), 0.5, 0.6
    )
    _, found = find_settings(corpus, codebook, settings, search)
    states = [t.state for t in trials_of(search.study)]
    assert states == [STATES.FAIL, STATES.COMPLETE, STATES.FAIL, STATES.COMPLETE]
    assert found["best_score"] == 0.5
    told = capsys.readouterr().err
    assert "Trial 1 of 2: failed: CUDA out of memory (" in told
    assert "Trial 2 of 2: failed: the score is not a number (" in told
    _, found = find_settings(corpus, codebook, settings, Search(3, search.study))
    given_settings = settings.model_dump(include=SearchSpace.names())
    assert found["best_settings"] == given_settings  # those of the first trial, which failed


def test_three_failed_trials_in_a_row_end_the_search(
    tmp_path: Path,
    codebook: Codebook,
    corpus: list[AnnotatedSentence],
    settings: TrainSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = RuntimeError("CUDA out of memory")
    run_with(monkeypatch, short, short, 0.5, short, short, short)
    search = Search(9, tmp_path / "study.sqlite3")
    with pytest.raises(InputError, match="3 trials in a row failed: CUDA out of memory"):
        find_settings(corpus, codebook, settings, search)
    assert len(trials_of(search.study)) == 6


def test_four_random_trials_come_before_tpe(
    tmp_path: Path,
    codebook: Codebook,
    corpus: list[AnnotatedSentence],
    settings: TrainSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = Search(6, tmp_path / "study.sqlite3")
    run_with(monkeypatch, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
    find_settings(corpus, codebook, settings, search)
    at_random = []
    for trial in trials_of(search.study):
        sampler = optuna.samplers.RandomSampler(seed=settings.seed + trial.number)
        draw = optuna.create_study(sampler=sampler).ask(trial.distributions)
        at_random.append(draw.params == trial.params)
    assert at_random == [False, True, True, True, True, False]


@pytest.mark.parametrize("name", ["what?", "part#2", "a{b}", "100%"])
def test_a_study_may_have_any_name(tmp_path: Path, name: str) -> None:
    open_study(tmp_path / name, {"corpus": "x"}, {"epochs": 1})
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert open_study(tmp_path / name, {"corpus": "x"}, {"epochs": 1}).user_attrs


def test_a_study_is_made_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError("no hard links")

    monkeypatch.setattr(os, "link", refuse)
    first = open_study(tmp_path / "study", {"corpus": "x"}, {"epochs": 1})
    assert len(first.trials) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["study"]


def test_a_bundle_in_the_present_folder_has_its_study_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    search = _search(2, None, Path())
    assert search
    assert search.study == tmp_path.with_name(f"{tmp_path.name}.search.sqlite3")


def test_an_interruption_does_not_deny_the_trials_that_are_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("framescope.data.codebook.load_codebook", interrupted)
    with pytest.raises(SystemExit) as end:
        main(["train", "--output", "bundle"])
    assert end.value.code == 130
    told = capsys.readouterr().err
    assert "the output was not written" in told
    assert "nothing" not in told


def test_an_empty_world_size_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "")
    monkeypatch.setenv("RANK", "")
    assert process_count() == 1
    assert is_first_process()
