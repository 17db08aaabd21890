from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.cells import KEY, Cell, cells, run
from benchmarks.quality.datasets import Split
from benchmarks.quality.plan import estimate, plan
from benchmarks.quality.table import spread, tables
from benchmarks.quality.work import Decisions, Outcome, Work
from benchmarks.results import Results
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.training.settings import TrainSettings

SETTINGS = {"corpus": TrainSettings(epochs=4)}


class Knowing:
    """A method that knows the answers, and counts how often it is asked."""

    def __init__(self, answers: dict[str, np.ndarray]) -> None:
        self.answers, self.seeds = answers, []

    def __call__(self, work: Work) -> Outcome:
        self.seeds.append(work.settings.seed)
        codes = {name: self.answers[name] for name in work.tests}
        return Outcome({name: decided(c) for name, c in codes.items()}, 2.0)


def decided(codes: np.ndarray) -> Decisions:
    probability = (codes[:, :, None] == np.arange(1, 3)).astype(float)
    return Decisions(probability, codes, np.where(codes > 0, codes, 1))


@pytest.fixture
def splits(codebook: Codebook, sentences: list[AnnotatedSentence]) -> list[Split]:
    tests = {"held_out": sentences[72:]}
    return [
        Split("corpus", f"fold{s}", s, 1, "abc", codebook, sentences[:72], tests) for s in range(2)
    ]


@pytest.fixture
def method(splits: list[Split]) -> Knowing:
    work = Work([], {}, splits[0].codebook, TrainSettings())
    return Knowing({"held_out": work.space.encode(splits[0].tests["held_out"])})


def test_what_is_there_is_not_computed_again(
    splits: list[Split], method: Knowing, tmp_path: Path
) -> None:
    results = Results(tmp_path / "new" / "quality.jsonl", key=KEY)
    todo = list(cells(splits, ["ours"], SETTINGS))
    run(todo[:1], {"ours": method}, results)
    assert run(todo, {"ours": method}, results) == 0
    assert method.seeds == [0, 1]
    assert [tuple(row[k] for k in KEY) for row in results.rows()] == [cell.key for cell in todo]
    assert todo[0].settings_hash == todo[1].settings_hash, "the seed is no other setting"


def test_another_corpus_share_or_setting_is_another_comparison(
    splits: list[Split], method: Knowing, tmp_path: Path
) -> None:
    results = Results(tmp_path / "quality.jsonl", key=KEY)
    other = {"corpus": TrainSettings(epochs=5)}
    todo = [
        *cells(splits, ["ours"], SETTINGS),
        *cells([replace(s, corpus_hash="def") for s in splits], ["ours"], SETTINGS),
        *cells([replace(s, share=0.35) for s in splits], ["ours"], SETTINGS),
        *cells(splits, ["ours"], other),
    ]
    run(todo, {"ours": method}, results)
    assert len(results.rows()) == 8
    text = tables(results.rows())
    assert text.count("| ours | 2 | 72 |") == text.count("### Shipped corpus") == 4
    assert "Share of documents 0.35, corpus abc, settings " in text
    assert "Share of documents 1, corpus def, settings " in text


def test_methods_are_compared_on_the_runs_that_all_have(
    splits: list[Split], method: Knowing, tmp_path: Path
) -> None:
    results = Results(tmp_path / "quality.jsonl", key=KEY)
    todo = list(cells(splits, ["ours", "trainer"], SETTINGS))
    run(todo[:3], {"ours": method, "trainer": method}, results)
    text = tables(results.rows())
    assert "| ours | 1 | 72 |" in text
    assert "| trainer | 1 | 72 |" in text
    assert "Left out, runs that not all of these methods have yet: ours 1." in text
    apart = tables(results.rows()[1:])
    assert "| ours |" not in apart
    assert "have yet: trainer 1, ours 1." in apart


def test_a_cell_that_fails_stops_no_other_and_is_tried_again(
    splits: list[Split], method: Knowing, tmp_path: Path
) -> None:
    def broken(_: Work) -> Outcome:
        raise RuntimeError("out of luck")

    results = Results(tmp_path / "quality.jsonl", key=KEY)
    todo = list(cells(splits, ["trainer", "ours"], SETTINGS))
    assert run(todo, {"trainer": broken, "ours": method}, results) == 2
    assert {row["method"] for row in results.rows()} == {"ours"}
    assert run(todo, {"trainer": method, "ours": broken}, results) == 0
    assert len(results.rows()) == 4


def test_knowing_the_answers_is_scored_as_such(
    splits: list[Split], method: Knowing, tmp_path: Path
) -> None:
    results = Results(tmp_path / "quality.jsonl", key=KEY)
    run(list(cells(splits, ["ours"], SETTINGS)), {"ours": method}, results)
    scores = results.rows()[0]["scores"]["held_out"]
    for name in ("macro_f1", "micro_f1", "joint_micro_f1", "stance_accuracy",
                 "stance_weighted_f1", "mean_average_precision"):  # fmt: skip
        assert scores[name] == 1
    assert scores["false_alarms_per_1000"] == 0
    text = tables(results.rows())
    assert "### Shipped corpus" in text
    assert "GVFC" not in text
    assert "| ours | 2 | 72 | 1.000 ± 0.000 |" in text
    assert text.count("torch") == 1


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "quality.jsonl"
    path.write_text(json.dumps(dict.fromkeys(KEY, "a")) + '\n{"dat')
    with pytest.raises(Exception, match=r"quality.jsonl, row 2: not a whole result"):
        Results(path, key=KEY).rows()


def test_spread_is_over_what_is_defined() -> None:
    assert spread([0.5, None, 0.7]) == "0.600 ± 0.141"
    assert spread([0.5]) == "0.500"
    assert spread([None]) == "–"


def test_time_goes_with_sentences_and_epochs(splits: list[Split]) -> None:
    cell = Cell(splits[0], "ours", SETTINGS["corpus"])
    assert (cell.size, Cell(splits[0], "linear", SETTINGS["corpus"]).size) == (288, 72)
    small = {
        "dataset": "corpus",
        "method": "ours",
        "size": 10,
        "seconds": 900.0,
        "cpu_seconds": 50.0,
    }
    assert estimate(cell, [small]) == pytest.approx(1440)
    full = {
        "dataset": "corpus",
        "method": "ours",
        "size": 288,
        "seconds": 100.0,
        "cpu_seconds": 180.0,
    }
    assert estimate(cell, [small, full]) == pytest.approx(100)
    assert estimate(cell, [{**full, "dataset": "gvfc"}]) is None


def test_the_plan_says_what_is_unknown(splits: list[Split]) -> None:
    todo = list(cells(splits, ["ours", "setfit"], SETTINGS))
    full = {
        "dataset": "corpus",
        "method": "ours",
        "size": 288,
        "seconds": 1800.0,
        "cpu_seconds": 1800.0,
    }
    text = plan(todo, [full])
    assert "| corpus | ours | 2 | 72 × 4 | 30.0 | 60 |" in text
    assert "| corpus | setfit | 2 | 72 × 1 | – | – |" in text
    assert "4 cells to compute, about 1.0 hours and what is unknown" in text
