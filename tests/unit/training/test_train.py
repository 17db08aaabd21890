from __future__ import annotations

import json
from pathlib import Path

import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.models.bundle import load_bundle
from framescope.training.evaluation import evaluate_with_baseline
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle


def settings(encoder: Path, **changes: object) -> TrainSettings:
    return TrainSettings.model_validate(
        {"encoder": str(encoder), "frozen_share": 0, "epochs": 20, "patience": 20, "folds": 2,
         "batch_size": 8, "learning_rate": 1e-2, "max_tokens": 32, "device": "cpu",
         "precision": "fp32", **changes}
    )  # fmt: skip


def test_the_network_learns_frames_and_stances_and_is_written_whole(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path
) -> None:
    output = tmp_path / "bundle"
    metrics = train_bundle(sentences, codebook, settings(tiny_encoder), output)
    assert metrics["macro_f1"] > 0.95
    assert metrics["joint_micro_f1"] > 0.65  # guessing the stance gives 0.5
    model = load_bundle(output, device="cpu")
    assert model.cascade is not None
    assert model.cascade.held_out == len(sentences)
    # Of so few flagged sentences none may be lost: nothing is discarded.
    assert 0 < len(model.cascade.first) < 199
    assert model.cascade.cutoff == float("-inf")
    with pytest.raises(InputError, match="were trained on"):
        evaluate_with_baseline(model, output, sentences)
    result = evaluate_with_baseline(model, output, sentences, allow_overlap=True)
    assert result["trained_on"] == len(sentences)
    assert result["macro_f1"] > 0.95
    assert result["baseline"]["macro_f1"] > 0.95
    assert "## Limits" in (output / "README.md").read_text()
    training = json.loads((output / "training.json").read_text())
    assert training["settings"]["epochs"] == 20
    assert training["corpus"]["cells"]["help:supports"] == 18
    assert [p.name for p in tmp_path.iterdir()] == ["bundle"]


def test_one_seed_gives_one_bundle(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path
) -> None:
    hashes = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        chosen = settings(tiny_encoder, epochs=2, seed=seed)
        train_bundle(sentences, codebook, chosen, tmp_path / name)
        hashes.append(load_bundle(tmp_path / name, device="cpu").hash)
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_linear_bundle_needs_no_stances(
    tmp_path: Path, plain_codebook: Codebook, plain_sentences: list[AnnotatedSentence]
) -> None:
    chosen = TrainSettings(model="linear")
    metrics = train_bundle(plain_sentences, plain_codebook, chosen, tmp_path / "bundle")
    assert metrics["macro_f1"] > 0.95
    (prediction,) = load_bundle(tmp_path / "bundle").predict(["indeed tanks shipped to the army"])
    assert prediction.frames == {"help": None}


def test_nothing_is_overwritten_or_half_written(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]
) -> None:
    output = tmp_path / "bundle"
    output.mkdir()
    linear = TrainSettings(model="linear")
    with pytest.raises(InputError, match="exists already"):
        train_bundle(sentences, codebook, linear, output)
    train_bundle(sentences, codebook, linear, output, overwrite=True)
    with pytest.raises(InputError, match="documents"):
        train_bundle(sentences[:9], codebook, linear, tmp_path / "other")
    assert [p.name for p in tmp_path.iterdir()] == ["bundle"]


def test_settings_are_checked() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 2"):
        TrainSettings(folds=1)


def test_corpora_without_frameless_sentences_or_with_an_unused_frame_get_their_bundle(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]
) -> None:
    framed = [s for s in sentences if s.labels]
    helped = [s for s in sentences if "trade" not in s.labels]
    for name, corpus in (("framed", framed), ("helped", helped)):
        train_bundle(corpus, codebook, TrainSettings(model="linear"), tmp_path / name)
        assert "[–]" in (tmp_path / name / "README.md").read_text()


def test_labels_of_two_annotators_are_settled_before_training(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]
) -> None:
    with pytest.raises(InputError, match="in more than one row"):
        train_bundle([*sentences, sentences[0]], codebook, TrainSettings(), tmp_path / "bundle")
