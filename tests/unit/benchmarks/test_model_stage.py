from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer

from benchmarks.scoring.model_stage import model_stage, real_sentences, work
from benchmarks.scoring.peers import BASE, REFERENCE, pipeline
from framescope.data.codebook import Codebook
from framescope.models.bundle import save_bundle
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import DecisionRule
from framescope.models.labels import LabelSpace
from framescope.models.network import FramescopeModel
from framescope.models.transformer import TransformerScorer

TEXTS = [f"indeed {'tanks ' * n}shipped to the army" for n in range(40)]


@pytest.fixture
def scorer(codebook: Codebook, tiny_encoder: Path) -> TransformerScorer:
    space = LabelSpace.of(codebook)
    model = FramescopeModel.from_encoder(str(tiny_encoder), space, max_tokens=32, dropout=0.0)
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    return TransformerScorer(model, tokenizer, device="cpu", precision="fp32")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    rows = [{"id": str(i), "title": "News", "text": f"{text}. Rain is expected."}
            for i, text in enumerate(TEXTS)]  # fmt: skip
    path = tmp_path / "archive.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_the_pipeline_computes_the_same_network(scorer: TransformerScorer) -> None:
    assert np.allclose(pipeline(scorer)(TEXTS), scorer.logits(TEXTS), atol=1e-5)


def test_work_counts_real_tokens_and_linear_layers(scorer: TransformerScorer) -> None:
    one, two = work(scorer, TEXTS[:1]), work(scorer, TEXTS[:1] * 2)
    assert (two["tokens"], two["flop"]) == (2 * one["tokens"], 2 * one["flop"])
    config = scorer.network.encoder.config
    hidden, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    weights = layers * (4 * hidden**2 + 2 * hidden * inner)
    n = one["tokens"]
    assert one["flop"] == n * (2 * weights + 4 * layers * hidden * n)


def test_sentences_are_different_and_as_many_as_asked(archive: Path) -> None:
    found = real_sentences(archive, 10)
    assert len(found) == len(set(found)) == 10
    assert found[0] == "News"


def test_a_run_prints_a_table_and_writes_all_figures(
    scorer: TransformerScorer,
    codebook: Codebook,
    archive: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    rule = DecisionRule(np.ones(2), np.full(2, 0.5))
    save_bundle(bundle, FrameClassifier(codebook, scorer, rule), training={})
    results = tmp_path / "results.json"
    model_stage(bundle, archive=archive, sentences=20, rounds=2, json_file=results)
    figures = json.loads(results.read_text())
    assert len(figures["rounds"][BASE]) == 2
    assert figures["parity"][REFERENCE]["largest_difference"] == 0
    printed = capsys.readouterr().out
    assert f"| {BASE} |" in printed
    assert "2 rounds, 20 sentences" in printed


def test_without_the_archive_nothing_is_measured(tmp_path: Path) -> None:
    model_stage(tmp_path, archive=tmp_path / "nowhere", json_file=tmp_path / "results.json")
    assert not (tmp_path / "results.json").exists()
