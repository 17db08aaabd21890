"""Runs that stop, and what the next one makes of it."""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from framescope.data import output as durable
from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError, Stopped
from framescope.data.lock import locked
from framescope.inference import checkpoint
from framescope.inference.manifest import open_scored
from framescope.inference.score import score_archive
from framescope.inference.shards import ShardSize
from framescope.models.classifier import FrameClassifier
from framescope.training.fit import fit_linear

SHARDS = 4
ROWS: list[Any] = [
    {"id": f"{i % 5}", "text": f"It rained {i} times. Tanks shipped to the army."} for i in range(7)
]
ROWS.insert(3, ["no object"])


class Killed(BaseException):
    """What no code catches, as SIGKILL."""


@pytest.fixture
def classifier(codebook: Codebook, sentences: list[AnnotatedSentence]) -> FrameClassifier:
    return fit_linear(sentences, codebook, seed=0).classifier


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(archive: Path, classifier: FrameClassifier) -> Run:
    def score(output: Path, **changed: Any) -> dict[str, Any]:
        model = changed.pop("classifier", classifier)
        options: dict[str, Any] = {"settings": {}, "size": ShardSize(records=2), "workers": 0}
        return score_archive(find_sources([archive]), {}, model, output, **options | changed)

    return score


def content(output: Path) -> dict[str, bytes]:
    files = sorted(path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


def failing_write(monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException) -> None:
    """Let the write number ``at`` fail with its file half written."""
    count, write = iter(range(1000)), durable.write_durably

    def fail(path: Path, pieces: Any, working: Path) -> None:
        if next(count) == at:
            working.write_bytes(b"".join(pieces)[:7])
            raise error
        write(path, pieces, working)

    monkeypatch.setattr(checkpoint, "write_durably", fail)


def half_done(output: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(Killed):
        failing_write(patch, 5, Killed())
        run(output)


def test_a_complete_folder_holds_what_it_always_held(tmp_path: Path, run: Run) -> None:
    manifest = run(tmp_path / "scored")
    parts = [f"sentences/part-{i:05d}.parquet" for i in range(SHARDS)]
    assert list(content(tmp_path / "scored")) == ["manifest.json", "rejected.jsonl", *parts]
    assert manifest["counts"]["articles"] == 7
    assert manifest["counts"]["rejected"] == 1
    assert manifest == json.loads((tmp_path / "scored" / "manifest.json").read_text())


def test_parts_of_a_longer_input_are_removed_whatever_their_number(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole")
    half_done(tmp_path / "scored", run, monkeypatch)
    for number in (SHARDS, 100_000):
        (tmp_path / "scored" / "sentences" / f"part-{number:05d}.parquet").write_bytes(b"stale")
    run(tmp_path / "scored")
    assert content(tmp_path / "scored") == content(tmp_path / "whole")


def test_parts_are_in_the_order_of_their_numbers(tmp_path: Path, run: Run) -> None:
    run(tmp_path / "scored")
    folder = tmp_path / "scored" / "sentences"
    for number in (100_000, 99_999):
        (folder / f"part-{number:05d}.parquet").write_bytes(b"")
    names = [Path(file).stem for file in open_scored([tmp_path / "scored"])[0].files]
    assert names[SHARDS - 1 :] == [f"part-{SHARDS - 1:05d}", "part-99999", "part-100000"]


def test_killed_at_any_write_a_run_goes_on_to_the_same_bytes(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole")
    expected, writes = content(tmp_path / "whole"), 1 + 2 * SHARDS + 2
    for at in range(writes):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            failing_write(patch, at, Killed())
            run(tmp_path / f"{at}")
        run(tmp_path / f"{at}")
        assert content(tmp_path / f"{at}") == expected


def test_what_is_done_is_not_scored_again_unless_it_is_damaged(
    tmp_path: Path, run: Run, classifier: FrameClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole")
    output = tmp_path / "scored"
    half_done(output, run, monkeypatch)
    assert len(list((output / ".progress").glob("part-*.json"))) == 2
    (output / "sentences" / "part-00001.parquet").write_bytes(b"rot")
    texts: list[str] = []
    logits = classifier.scorer.logits
    monkeypatch.setattr(
        classifier.scorer, "logits", lambda given: texts.extend(given) or logits(given)
    )
    run(output)
    assert "It rained 0 times." not in texts
    assert "It rained 2 times." in texts
    assert content(output) == content(tmp_path / "whole")


def test_what_has_changed_is_told_and_refused(
    tmp_path: Path, run: Run, classifier: FrameClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "scored"
    half_done(output, run, monkeypatch)
    before = content(output)
    other = replace(classifier, hash="f" * 64)
    raised = replace(classifier, rule=classifier.rule.raised(1.0))
    for changed, told in (
        ({"classifier": other}, "bundle_hash was"),
        ({"classifier": raised}, "settings.thresholds was"),
        ({"abstain": False}, "settings.abstain was True, now False"),
        ({"settings": {"column": ["text=x"]}}, r"settings.column was not there, now \['text=x'\]"),
        ({"size": ShardSize(records=3)}, "settings.shard was"),
    ):
        with pytest.raises(InputError, match=f"begun otherwise: .*{told}.*--overwrite"):
            run(output, **changed)
    assert content(output) == before
    run(output, classifier=raised, overwrite=True)
    run(tmp_path / "anew", classifier=raised)
    assert content(output) == content(tmp_path / "anew")


@pytest.mark.parametrize("name", ["run.json", "part-00000.json", "manifest.json"])
def test_broken_progress_is_told_and_overwritten(
    tmp_path: Path, run: Run, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole")
    output = tmp_path / "scored"
    half_done(output, run, monkeypatch)
    broken = output / name if name == "manifest.json" else output / ".progress" / name
    broken.write_text('{"half')
    with pytest.raises(InputError, match="expected --overwrite"):
        run(output)
    run(output, overwrite=True)
    assert content(output) == content(tmp_path / "whole")


def test_a_changed_input_is_told_and_refused(
    tmp_path: Path, run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "scored"
    half_done(output, run, monkeypatch)
    text = archive.read_text()
    archive.write_text(text + '{"text": "It snowed."}\n')
    with pytest.raises(InputError, match=r"size of in\.jsonl was \d+, now \d+"):
        run(output)
    archive.write_text(text.replace("It rained 0", "It snowed 0"))
    with pytest.raises(InputError, match="articles of part-00000 are not those"):
        run(output)
    run(output, overwrite=True)
    run(tmp_path / "anew")
    assert content(output) == content(tmp_path / "anew")


def test_a_finished_run_killed_before_it_was_cleaned_up_is_only_cleaned(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "scored"

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(checkpoint.shutil, "rmtree", killed)
        run(output)
    (output / ".progress" / "run.json").unlink()
    manifest = run(output)
    assert manifest["counts"]["articles"] == 7
    assert not (output / ".progress").exists()
    with pytest.raises(InputError, match="exists already"):
        run(output)


def test_overwriting_killed_at_any_write_ends_well(
    tmp_path: Path, run: Run, classifier: FrameClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(classifier, rule=classifier.rule.raised(1.0))
    run(tmp_path / "anew", classifier=other)
    for at in range(4):
        output = tmp_path / f"{at}"
        run(output, size=ShardSize(records=1))
        with monkeypatch.context() as patch, pytest.raises(Killed):
            failing_write(patch, at, Killed())
            run(output, classifier=other, overwrite=True)
        run(output, classifier=other, overwrite=True)
        assert content(output) == content(tmp_path / "anew")


def test_a_full_disk_is_one_line_and_loses_nothing(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "the/file")
    for at, told in ((1, "nothing was written"), (5, "2 scored shards kept: the same command")):
        with monkeypatch.context() as patch:
            failing_write(patch, at, full)
            with pytest.raises(InputError, match=f"the/file: No space left on device; {told}"):
                run(tmp_path / "scored")
    run(tmp_path / "scored")
    assert content(tmp_path / "scored") == content(tmp_path / "whole")


def test_an_input_that_vanishes_is_one_line_and_loses_nothing(
    tmp_path: Path, archive: Path, classifier: FrameClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, away = tmp_path / "many", tmp_path / "away"
    folder.mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        (folder / name).write_text(archive.read_text())
    sources, logits = find_sources([folder]), classifier.scorer.logits

    def score(output: Path) -> dict[str, Any]:
        size = ShardSize(records=1)
        return score_archive(sources, {}, classifier, output, settings={}, size=size, workers=0)

    def vanish(texts: Any) -> Any:
        if not away.exists():
            (folder / "b.jsonl").rename(away)
        return logits(texts)

    score(tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(classifier.scorer, "logits", vanish)
        with pytest.raises(InputError, match=r"b\.jsonl: it has vanished: .*; 8 scored"):
            score(tmp_path / "scored")
    away.rename(folder / "b.jsonl")
    score(tmp_path / "scored")
    assert content(tmp_path / "scored") == content(tmp_path / "whole")


def test_a_signal_stops_after_the_shard_at_hand_and_a_second_at_once(
    tmp_path: Path,
    run: Run,
    classifier: FrameClassifier,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # A shell that starts the tests in the background has them ignore SIGINT.
    before = signal.getsignal(signal.SIGINT)
    run(tmp_path / "whole")
    logits, output = classifier.scorer.logits, tmp_path / "scored"

    def stopping(number: int, times: int) -> Any:
        def score(texts: Any) -> Any:
            for _ in range(times):
                os.kill(os.getpid(), number)
            return logits(texts)

        return score

    monkeypatch.setattr(classifier.scorer, "logits", stopping(signal.SIGINT, 1))
    with pytest.raises(Stopped, match="1 scored shard kept: the same command goes on") as stop:
        run(output)
    assert stop.value.code == 130
    assert "once more stops at once" in capsys.readouterr().err
    monkeypatch.setattr(classifier.scorer, "logits", stopping(signal.SIGTERM, 2))
    with pytest.raises(Stopped, match="1 scored shard kept") as stop:
        run(output)
    assert stop.value.code == 143
    monkeypatch.setattr(classifier.scorer, "logits", logits)
    run(output)
    assert content(output) == content(tmp_path / "whole")
    assert signal.getsignal(signal.SIGINT) is before


def test_two_runs_do_not_write_into_one_folder(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "scored"
    half_done(output, run, monkeypatch)
    with (
        locked(output / ".progress" / "lock", owner=output),
        pytest.raises(InputError, match="another run is writing into it"),
    ):
        run(output)
    run(output)


def test_an_unfinished_archive_is_no_archive_yet(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "scored"
    half_done(output, run, monkeypatch)
    with pytest.raises(InputError, match="scoring is unfinished; expected the same framescope"):
        open_scored([output])
    assert [source.name for source in find_sources([tmp_path])] == ["in.jsonl"]


def test_processes_that_cut_give_the_same_bytes(tmp_path: Path, run: Run) -> None:
    run(tmp_path / "alone")
    run(tmp_path / "helped", workers=1)
    assert content(tmp_path / "alone") == content(tmp_path / "helped")


def test_a_remote_archive_is_scored_as_a_local_one_and_gone_on_with(
    tmp_path: Path, run: Run, archive: Path, classifier: FrameClassifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe_file("/resumed/in.jsonl", archive.read_bytes())
    run(tmp_path / "local")

    def run_remote(output: Path) -> dict[str, Any]:
        sources = find_sources(["memory://resumed/in.jsonl"])
        size = ShardSize(records=2)
        return score_archive(sources, {}, classifier, output, settings={}, size=size, workers=0)

    half_done(tmp_path / "scored", run_remote, monkeypatch)
    run_remote(tmp_path / "scored")
    assert content(tmp_path / "scored") == content(tmp_path / "local")


def test_an_object_store_is_refused_as_output() -> None:
    with pytest.raises(InputError, match="locks and renames, which object stores lack; expected a"):
        checkpoint.require_startable(Path("s3://bucket/scored"), overwrite=True)
    assert not Path("s3:").exists()
