from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.retraining.parts import corpus_parts
from framescope.cli import main
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import load_codebook
from framescope.data.corpus_files import EXAMPLE_ARCHIVE
from framescope.data.formats import write_format
from framescope.inference.manifest import open_scored
from framescope.inference.sampling.next import draw_next
from framescope.models.bundle import load_bundle, read_training
from framescope.models.registry import Registry
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle


def write(path: Path, rows: list[AnnotatedSentence]) -> Path:
    write_format("native", path, rows, load_codebook(), overwrite=True)
    return path


@pytest.fixture(scope="module")
def parts() -> dict[str, list[AnnotatedSentence]]:
    return dict(zip(("old", "new", "gold"), corpus_parts(100, 1000, 600), strict=True))


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, parts: dict[str, Any]) -> Path:
    """A champion of few sentences, its corpus, new sentences and gold."""
    folder = tmp_path_factory.mktemp("retrain")
    for name, rows in parts.items():
        write(folder / f"{name}.jsonl", rows)
    settings = TrainSettings(model="linear")
    train_bundle(parts["old"], load_codebook(), settings, folder / "champion")
    return folder


@pytest.fixture
def registry(work: Path, tmp_path: Path) -> Registry:
    found = Registry(tmp_path / "registry")
    found.promote(found.add(work / "champion"), expected=None)
    return found


def retrain(
    work: Path,
    output: Path,
    *more: object,
    champion: object = None,
    new: Path | None = None,
    corpus: Path | None = None,
) -> tuple[int, dict[str, Any]]:
    """Run the command; its exit code and the record."""
    arguments = [
        "retrain", "--champion", champion or work / "champion",
        "--annotations", new or work / "new.jsonl", "--gold", work / "gold.jsonl",
        "--corpus", corpus or work / "old.jsonl", "--output", output, *more,
    ]  # fmt: skip
    code = 0
    try:
        main([str(a) for a in arguments])
    except SystemExit as end:
        code = int(end.code or 0)
    record = output / "decision.json"
    return code, json.loads(record.read_text()) if record.exists() else {}


def test_a_better_challenger_is_promoted_and_the_record_kept(
    work: Path, registry: Registry, tmp_path: Path, parts: dict[str, Any]
) -> None:
    champion = registry.current
    code, record = retrain(work, tmp_path / "out", champion=registry.url)
    assert (code, record["outcome"]) == (0, "promote")
    assert registry.current == record["challenger"]["bundle"] != champion
    entry = registry.history()[-1]
    assert entry.before == champion == record["champion"]["bundle"]
    assert json.loads(registry.decision(str(entry.decision))) == record
    made = read_training(registry.folder("current"))
    assert made["corpus"]["sentences"] == len(parts["old"]) + len(parts["new"])
    assert made["gold"]["hash"] == record["gold"]["hash"]
    page = (tmp_path / "out" / "decision.html").read_text()
    assert "The challenger is better" in page
    assert record["gained"]


def test_the_next_round_takes_the_corpus_of_this_one(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    retrain(work, tmp_path / "one")
    champion = tmp_path / "one" / "bundle"
    code, record = retrain(work, tmp_path / "two", champion=champion)
    assert (code, record) == (1, {})
    assert "the corpus has hash" in capsys.readouterr().err
    corpus = tmp_path / "one" / "corpus.jsonl"
    code, record = retrain(work, tmp_path / "two", champion=champion, corpus=corpus)
    assert (code, record["outcome"]) == (1, "refuse")
    assert "nothing new" in record["why"][0]
    assert not (tmp_path / "two" / "bundle").exists()


def test_poisoned_labels_are_refused_and_can_be_forced(
    work: Path, registry: Registry, tmp_path: Path, parts: dict[str, Any]
) -> None:
    flipped = {"frames": {"balancing_russia": "supports"}}
    rows = [s.model_copy(update={"frames": {}} if s.labels else flipped) for s in parts["new"]]
    poisoned = write(tmp_path / "poisoned.jsonl", rows)
    champion = registry.current
    code, record = retrain(work, tmp_path / "out", champion=registry.url, new=poisoned)
    assert (code, record["outcome"]) == (1, "refuse")
    assert "speak against the champion" in record["why"][0]
    code, record = retrain(
        work, tmp_path / "forced", "--force", "an <experiment>", "--no-promote",
        champion=registry.url, new=poisoned,
    )  # fmt: skip
    assert (code, record["outcome"], record["forced"]) == (0, "keep", "an <experiment>")
    assert registry.current == champion
    page = (tmp_path / "forced" / "decision.html").read_text()
    assert "an &lt;experiment&gt;" in page
    assert "The champion stays" in page


def test_gold_inside_and_other_codebooks_are_refused_even_by_force(
    work: Path, registry: Registry, tmp_path: Path, parts: dict[str, Any]
) -> None:
    inside = write(tmp_path / "inside.jsonl", [*parts["new"][:20], parts["gold"][7]])
    old = tmp_path / "old.jsonl"
    lines = [s.model_dump(exclude_unset=True) | {"codebook": "0123abc"} for s in parts["new"]]
    old.write_text("".join(json.dumps(row) + "\n" for row in lines))
    for batch, reason in ((inside, "overlap with the gold"), (old, "not labelled under")):
        output = tmp_path / f"out-{batch.stem}"
        force = ("--force", "I know better")
        code, record = retrain(work, output, *force, champion=registry.url, new=batch)
        assert (code, record["outcome"], record["may_promote"]) == (1, "refuse", False)
        assert reason in record["why"][0]
    assert len(registry.history()) == 1


def test_promoting_by_hand_needs_the_record(
    work: Path, registry: Registry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    retrain(work, tmp_path / "out", "--no-promote", champion=registry.url)
    promote = ["bundles", "promote", str(tmp_path / "out" / "bundle"), "--registry", registry.url]

    def refused(*more: str) -> str:
        with pytest.raises(SystemExit) as end:
            main([*promote, *more])
        assert end.value.code == 1
        return capsys.readouterr().err

    assert "no record says" in refused()
    record = tmp_path / "out" / "decision.json"
    content = json.loads(record.read_text())
    for change, told in (
        ({"champion": {"bundle": "0" * 64}}, "the record compares 000000000000"),
        ({"may_promote": False}, "the champion stays"),
        ({"challenger": None}, "no decision record"),
    ):
        other = tmp_path / "other.json"
        other.write_text(json.dumps(content | change))
        assert told in refused("--decision", str(other))
    with pytest.raises(SystemExit) as end:
        main([*promote, "--decision", str(record)])
    assert end.value.code in {None, 0}
    assert registry.current == content["challenger"]["bundle"]


def test_the_archive_gold_shows_the_corrected_break(
    work: Path, tmp_path: Path, parts: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    scored = tmp_path / "scored"
    score = ["score", str(EXAMPLE_ARCHIVE), "--bundle", str(work / "champion")]
    with pytest.raises(SystemExit):
        main([*score, "--output", str(scored)])
    drawn = draw_next(open_scored([scored]), "estimation", 200).sentences
    labelled = [s.model_copy(update={"frames": {}}) for s in drawn]
    gold = write(tmp_path / "drawn.jsonl", labelled)

    def refused(*more: object, new: Path | None = None) -> str:
        code, record = retrain(work, tmp_path / "out", *more, "--overwrite", new=new)
        assert code == 1
        assert not (tmp_path / "out" / "bundle").exists()
        return capsys.readouterr().err + "".join(record.get("why", []))

    assert "expected --archive" in refused("--archive-gold", gold)
    both = ("--archive", scored, "--archive-gold", gold)
    assert "expected no --sample" in refused(*both, "--sample", 10)
    waiting = write(tmp_path / "waiting.jsonl", drawn)
    assert "is not annotated" in refused("--archive", scored, "--archive-gold", waiting)
    trained = write(tmp_path / "trained.jsonl", [*parts["new"], *labelled[:3]])
    assert "overlap with the archive's gold" in refused(*both, new=trained)
    code, record = retrain(work, tmp_path / "out", *both, "--overwrite")
    assert code == 0
    corrected = record["series"]["corrected"]
    assert corrected["gold"] == 200
    assert len(corrected["differences"]) == len(record["series"]["differences"])
    page = (tmp_path / "out" / "decision.html").read_text()
    assert "What happens to the corrected series" in page


def test_killed_at_any_moment_output_and_registry_are_whole(
    work: Path, registry: Registry, tmp_path: Path
) -> None:
    began = time.monotonic()
    retrain(work, tmp_path / "whole", champion=registry.url)
    took = time.monotonic() - began
    registry.rollback()
    champion, chance = registry.current, random.Random(0)
    for number in range(6):
        output = tmp_path / f"out-{number}"
        child = os.fork()
        if child == 0:
            try:
                retrain(work, output, champion=registry.url)
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0, 1.2 * took))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        load_bundle(registry.folder("current"))
        challenger = None
        if output.exists():
            challenger = json.loads((output / "decision.json").read_text())["challenger"]["bundle"]
            assert load_bundle(output / "bundle").hash == challenger
        if registry.current != champion:
            assert registry.current == challenger
            registry.rollback()
