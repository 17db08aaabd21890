"""The default encoder on the real command line, on a small part of the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from framescope.data.corpus_files import EXAMPLE_ARCHIVE, SHIPPED_CORPUS
from tests.integration.test_command_line import fail, succeed
from tests.tiny_encoders import make_encoder


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("network")
    corpus = folder / "corpus.jsonl"
    lines = sorted(SHIPPED_CORPUS.glob("*.jsonl"))[0].read_text(encoding="utf-8").splitlines()
    corpus.write_text("\n".join(lines[:240]) + "\n", encoding="utf-8")
    small = ("--epochs", 1, "--max-tokens", 48, "--batch-size", 16)
    succeed("train", "--corpus", corpus, "--output", folder / "bundle", *small)
    return folder / "bundle"


def test_the_bundle_is_complete_and_says_how_it_was_made(bundle: Path) -> None:
    names = {path.name for path in bundle.iterdir()}
    assert {
        "config.json", "model.safetensors", "tokenizer.json", "codebook.yaml", "thresholds.json",
        "calibration.json", "training.json", "metrics.json", "README.md", "baseline",
    } <= names  # fmt: skip
    training = json.loads((bundle / "training.json").read_text())
    assert training["settings"]["encoder"] == "all-MiniLM-L6-v2"
    assert training["corpus"]["sentences"] == 240
    assert "framescope_linear" in (bundle / "baseline" / "config.json").read_text()


def test_score_and_predict_say_the_same(bundle: Path, tmp_path: Path) -> None:
    succeed("score", EXAMPLE_ARCHIVE, "--bundle", bundle, "--output", tmp_path / "scored")
    query = f"""SELECT text, aiding_russias_war_probability
        FROM '{tmp_path}/scored/sentences/*.parquet' LIMIT 25"""
    rows = duckdb.sql(query).fetchall()
    told = succeed("predict", "--bundle", bundle, stdin="\n".join(text for text, _ in rows))
    for (text, probability), line in zip(rows, told.splitlines(), strict=True):
        prediction = json.loads(line)
        assert prediction["text"] == text
        found = prediction["probabilities"]["aiding_russias_war"]
        assert found == pytest.approx(probability, abs=0.02)


def test_an_encoder_that_is_nowhere_is_told_at_once(tmp_path: Path) -> None:
    message = fail("train", "--encoder", tmp_path / "nowhere", "--output", tmp_path / "bundle")
    assert "cannot load the encoder" in message
    assert not (tmp_path / "bundle").exists()


def test_an_encoder_that_is_only_pickled_is_told_in_one_line(tmp_path: Path) -> None:
    encoder = make_encoder("bert", tmp_path / "encoder")
    (encoder / "model.safetensors").rename(encoder / "pytorch_model.bin")
    message = fail("train", "--encoder", encoder, "--output", tmp_path / "bundle")
    assert "no weights in safetensors" in message
    assert not (tmp_path / "bundle").exists()
