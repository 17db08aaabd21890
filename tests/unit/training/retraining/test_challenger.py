from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.models.bundle import load_bundle, read_training
from framescope.training.retraining.challenger import Champion, train_challenger
from framescope.training.retraining.rules import Start
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle
from tests.conftest import make_sentences
from tests.tiny_bundles import make_bundle

GOLD = {"hash": "0" * 64, "sentences": 9, "documents": 3}


@pytest.fixture(scope="module")
def rows() -> list[AnnotatedSentence]:
    return make_sentences(stances=True, documents=16)


@pytest.fixture
def champion(
    tmp_path: Path, codebook: Codebook, rows: list[AnnotatedSentence], tiny_encoder: Path
) -> Champion:
    settings = TrainSettings(
        encoder=str(tiny_encoder), epochs=1, batch_size=16, max_tokens=32, learning_rate=1e-3,
        network_weight=0.7,
    )  # fmt: skip
    train_bundle(rows[:90], codebook, settings, tmp_path / "champion")
    return Champion.load(tmp_path / "champion")


def test_a_warm_network_goes_on_from_the_champion_and_keeps_its_rule(
    champion: Champion, rows: list[AnnotatedSentence], tmp_path: Path
) -> None:
    output = tmp_path / "warm"
    told = train_challenger(champion, rows, rows[90:], "warm", output, gold=GOLD)
    assert told["start"] == "warm"
    warm, old = load_bundle(output), champion.classifier
    assert warm.hash != old.hash
    assert np.array_equal(warm.rule.thresholds, old.rule.thresholds)
    assert np.array_equal(warm.rule.temperatures, old.rule.temperatures)
    training = read_training(output)
    assert (training["start"], training["champion"]) == ("warm", old.hash)
    assert warm.scorer.network_weight == 0.7  # type: ignore[attr-defined]
    assert training["corpus"]["sentences"] == len(rows)
    metrics = json.loads((output / "metrics.json").read_text())
    assert "new sentences" in metrics["what"]
    assert sum(f["support"] for f in metrics["frames"].values()) == sum(
        len(s.labels) for s in rows[90:]
    )
    # It starts where the champion is, not anew: lower layers stay, the head moves little.
    heads = [m.scorer.network.network.head.weight.detach().numpy() for m in (warm, old)]  # type: ignore[attr-defined]
    assert 0 < np.abs(heads[0] - heads[1]).max() < 0.1


def test_of_cold_and_warm_the_better_on_new_sentences_is_taken(
    champion: Champion, rows: list[AnnotatedSentence], tmp_path: Path
) -> None:
    told = train_challenger(champion, rows, rows[90:], "both", tmp_path / "both", gold=GOLD)
    precision = told["validation"]
    assert set(precision) == {"cold", "warm"}
    assert precision[told["start"]] == max(precision.values())
    assert read_training(tmp_path / "both")["start"] == told["start"]


@pytest.mark.parametrize(("start", "taken"), [("both", "cold"), ("warm", None)])
def test_one_new_document_cannot_be_held_out(
    start: Start,
    taken: str | None,
    champion: Champion,
    rows: list[AnnotatedSentence],
    tmp_path: Path,
) -> None:
    corpus = rows[:99]
    assert len({s.group for s in corpus[90:]}) == 1
    if taken is None:
        with pytest.raises(InputError, match="too few documents for a warm start"):
            train_challenger(champion, corpus, corpus[90:], start, tmp_path / "x", gold=GOLD)
    else:
        told = train_challenger(champion, corpus, corpus[90:], start, tmp_path / "x", gold=GOLD)
        assert told["start"] == taken


def test_a_champion_must_tell_its_settings(
    tmp_path: Path, codebook: Codebook, rows: list[AnnotatedSentence]
) -> None:
    make_bundle(tmp_path / "b", codebook, rows)
    champion = Champion.load(tmp_path / "b")
    assert champion.settings.model == "linear"
    training = read_training(tmp_path / "b")
    del training["settings"]
    (tmp_path / "b" / "training.json").write_text(json.dumps(training))
    with pytest.raises(InputError, match="settings not told"):
        Champion.load(tmp_path / "b")
