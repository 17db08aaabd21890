"""What the whole line's benchmark says of two ways to score the same sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks.scoring.whole_line import parity, whole_line

TEXTS = ["First.", "Second.", "Third.", "Fourth."]
PLAIN = {"text": TEXTS, "f": [True, True, False, False], "f_probability": [0.9, 0.6, 0.2, 0.1]}
SCORED = {
    "text": TEXTS,
    "abstained": [None, None, None, "language"],
    "discarded": [False, True, False, None],
    "f": [True, False, False, None],
    "f_probability": [0.88, 0.01, 0.21, None],
}


@pytest.fixture
def same(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "scored" / "sentences").mkdir(parents=True)
    pd.DataFrame(PLAIN).to_parquet(tmp_path / "plain.parquet")
    pd.DataFrame(SCORED).to_parquet(tmp_path / "scored" / "sentences" / "part-0.parquet")
    return parity(tmp_path / "plain.parquet", tmp_path / "scored")


def test_abstained_sentences_are_not_compared(same: dict[str, Any]) -> None:
    assert same["sentences"] == 3


def test_a_flagged_sentence_that_the_first_stage_discards_is_lost(same: dict[str, Any]) -> None:
    assert (same["flagged"], same["flagged_lost"]) == (2, 1)
    assert same["decisions_equal"] == pytest.approx(2 / 3)


def test_probabilities_are_compared_where_both_models_read(same: dict[str, Any]) -> None:
    assert same["largest_difference"] == pytest.approx(0.02)


def test_without_the_archive_nothing_is_measured(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    whole_line(tmp_path, archive=tmp_path / "nowhere", json_file=results)
    assert not results.exists()
