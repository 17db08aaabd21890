from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.quality.work import Work
from benchmarks.results import Results
from benchmarks.training.runs import Race, ours, trainer
from benchmarks.training.speed import KEY, of_race, run_round
from benchmarks.training.table import seconds_to, table
from benchmarks.training.watch import Watch
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.training.settings import TrainSettings


@pytest.fixture
def race(codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path) -> Race:
    settings = TrainSettings(
        encoder=str(tiny_encoder), epochs=2, batch_size=16, device="cpu", precision="fp32"
    )
    return Race(Work(sentences[:72], {}, codebook, settings), sentences[72:])


def test_the_clock_stands_still_while_quality_is_measured() -> None:
    now = [0.0]

    def quality(_: object) -> float:
        now[0] += 100
        return 0.5

    watch = Watch(quality, clock=lambda: now[0])
    for _ in range(2):
        now[0] += 10
        watch.on_epoch_end()
    assert watch.epochs == [(10, 0.5), (20, 0.5)]
    assert watch.seconds == 20


def test_the_first_epoch_that_is_good_enough_counts() -> None:
    epochs = [(10.0, 0.3), (20.0, 0.6), (30.0, 0.5)]
    assert seconds_to(0.5, epochs) == 20
    assert seconds_to(0.7, epochs) is None


@pytest.mark.parametrize("run", [ours, trainer])
def test_a_run_notes_every_epoch(run: object, race: Race) -> None:
    result = run(race)
    seconds, quality = zip(*result["progress"], strict=True)
    assert len(seconds) == 2
    assert 0 < seconds[0] < seconds[1] <= result["seconds"]
    assert all(0 < q <= 1 for q in quality)


def test_rounds_turn_the_order_and_go_on_where_they_stopped(race: Race, tmp_path: Path) -> None:
    calls: list[str] = []
    seconds = {"trainer": 30.0, "ours": 10.0}

    def peer(name: str) -> object:
        def run(_: Race) -> dict[str, object]:
            calls.append(name)
            progress = [(seconds[name] / 2, 0.4), (seconds[name], 0.6)]
            return {"seconds": seconds[name], "progress": progress}

        return run

    peers = {name: peer(name) for name in ("trainer", "ours")}
    file = Results(tmp_path / "training.jsonl", key=KEY)
    for _ in range(2):
        for number in range(2):
            run_round(number, race, peers, file)
    assert calls == ["trainer", "ours", "ours", "trainer"]
    text = table(file.rows())
    assert "| sentences in a second | 4.8 (4.8–4.8) | 14.4 (14.4–14.4) | 3.00 |" in text
    assert "| seconds to the quality with which Trainer ends | 30.0 (30.0–30.0) | 10.0" in text
    assert "SetFit: not measured." in text
    work = replace(race.work, settings=race.work.settings.model_copy(update={"epochs": 3}))
    run_round(0, replace(race, work=work), peers, file)
    assert calls[4:] == ["trainer", "ours"], "rounds of other epochs are not there already"


def test_a_race_is_of_one_corpus_size_and_number_of_epochs(race: Race) -> None:
    other = race.work.train[0].model_copy(update={"text": "Corrected."})
    changed = replace(race, work=replace(race.work, train=[other, *race.work.train[1:]]))
    assert of_race(race) != of_race(changed)
    assert (of_race(race)["sentences"], of_race(race)["epochs"]) == (72, 2)


def test_half_a_round_stays_out_of_the_table() -> None:
    made = {"sentences": 9, "epochs": 1, "processor": "p", "cores": 2, "versions": {"torch": "2"}}
    rows = [
        {"round": n, "method": name, "seconds": 9.0 + n, "progress": [[9.0, 0.5]], **made}
        for n, name in ((0, "trainer"), (0, "ours"), (1, "ours"))
    ]
    text = table(rows)
    assert "1 rounds, 9 sentences" in text
    assert "| seconds for all epochs | 9.0 (9.0–9.0) | 9.0 (9.0–9.0) | 1.00 |" in text
    assert table(rows[1:]) == "No whole round yet."


def test_a_quality_not_reached_is_said() -> None:
    made = {"processor": "p", "cores": 2, "versions": {"torch": "2"}}
    rows = [
        {"round": 0, "method": name, "seconds": 9.0, "sentences": 9, "epochs": 1,
         "progress": [[9.0, quality]], **made}
        for name, quality in (("trainer", 0.8), ("ours", 0.7))
    ]  # fmt: skip
    pairs = {"round": 0, "method": "setfit", "seconds": 5.0, "pairs": 100, "setfit": "1", **made}
    text = table([*rows, pairs])
    assert "| 9.0 (9.0–9.0) | not reached | – |" in text
    assert "20.0 pairs in a second" in text
    assert table(rows[:1]) == "No whole round yet."
