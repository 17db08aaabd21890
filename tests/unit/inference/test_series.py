from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from framescope.data.articles.read import find_sources
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.inference.comparison.series import SeriesBreak, series_break
from framescope.inference.manifest import ScoredArchive, open_scored
from framescope.inference.score import score_archive
from framescope.models.bundle import load_bundle
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import DecisionRule
from tests.conftest import make_sentences
from tests.scored_archives import write_scored
from tests.tiny_bundles import make_bundle

HELP = "Indeed tanks shipped to the army."
DENIED = "Not tanks shipped to the army."
NONE = "Rain is expected on friday."


@pytest.fixture
def model(tmp_path: Path, codebook: Codebook) -> FrameClassifier:
    make_bundle(tmp_path / "bundle", codebook, make_sentences(stances=True))
    return load_bundle(tmp_path / "bundle")


@pytest.fixture
def scored(tmp_path: Path, model: FrameClassifier) -> list[ScoredArchive]:
    """North frames every second sentence, South every fifth or so."""
    rows = [
        {
            "id": f"{outlet}{i}",
            "outlet": outlet,
            "text": f"{text if i % every == 0 else NONE} {NONE}",
        }
        for outlet, every, text in (("North", 1, HELP), ("South", 3, DENIED))
        for i in range(60)
    ]
    path = tmp_path / "archive.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings: dict[str, Any] = {}
    score_archive(
        find_sources([str(path)]), {}, model, tmp_path / "scored", settings=settings, abstain=False
    )
    return open_scored([tmp_path / "scored"])


def changed(model: FrameClassifier, threshold: float) -> FrameClassifier:
    rule = DecisionRule(np.ones(2), np.array([threshold, 0.5]))
    return FrameClassifier(model.codebook, model.scorer, rule)


def fates(found: SeriesBreak, frame: str = "help") -> dict[str | None, str]:
    return {d.stance: d.fate for d in found.differences if d.frame == frame}


def test_the_same_model_keeps_every_difference(
    scored: list[ScoredArchive], model: FrameClassifier
) -> None:
    found = series_break(scored, model)
    assert found.articles == 120
    assert all(s.before == s.after for s in found.shares)
    assert {(s.change.low, s.change.high) for s in found.shares} == {(0.0, 0.0)}
    assert fates(found) == {None: "kept", "supports": "kept", "disputes": "kept"}
    assert set(fates(found, "trade").values()) == {"open"}
    difference = next(d for d in found.differences if d.frame == "help" and d.stance is None)
    assert (difference.first, difference.second) == ("North", "South")
    assert difference.before.share == pytest.approx(1 / 2 - 1 / 6, abs=0.01)
    json.dumps(found.as_json())


def test_a_model_that_sees_nothing_loses_the_differences(
    scored: list[ScoredArchive], model: FrameClassifier
) -> None:
    found = series_break(scored, changed(model, 1.01))
    assert fates(found) == {None: "lost", "supports": "lost", "disputes": "lost"}
    share = next(s for s in found.shares if s.outlet == "North" and s.stance is None)
    assert (share.before, share.after) == (pytest.approx(0.5), 0.0)
    assert found.as_json()["summary"] == {"lost": 3, "open": 3}


def test_a_sample_is_of_whole_articles_and_the_same_each_time(
    scored: list[ScoredArchive], model: FrameClassifier
) -> None:
    one, other = (series_break(scored, model, sample=40) for _ in range(2))
    assert one.articles == 40
    assert one == other


def test_ids_that_stand_twice_count_every_sentence_once(
    tmp_path: Path, codebook: Codebook, model: FrameClassifier
) -> None:
    row = {"article_id": "a", "outlet": "North", "sentence_index": 0, "help": False, "trade": False}
    rows = [row | {"text": text} for text in (HELP, HELP, NONE, NONE)]
    found = series_break(open_scored([write_scored(tmp_path / "twice", codebook, rows)]), model)
    share = next(s for s in found.shares if s.frame == "help" and s.stance is None)
    assert (share.before, share.after) == (0.0, 0.5)


def test_another_codebook_is_another_series(
    scored: list[ScoredArchive], plain_codebook: Codebook, tmp_path: Path
) -> None:
    make_bundle(tmp_path / "plain", plain_codebook, make_sentences(stances=False))
    with pytest.raises(InputError, match="codebooks differ"):
        series_break(scored, load_bundle(tmp_path / "plain"))
