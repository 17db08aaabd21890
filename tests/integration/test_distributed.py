"""Training in two processes: the same steps, and one bundle, as in one process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from framescope.data.codebook import Codebook, dump_codebook
from framescope.models.bundle import load_bundle
from tests.conftest import make_sentences

pytestmark = pytest.mark.slow

SETTINGS = (
    "--frozen-share=0", "--epochs=3", "--batch-size=8", "--learning-rate=5e-3", "--dropout=0",
    "--max-tokens=32", "--device=cpu", "--precision=fp32", "--no-blend",
)  # fmt: skip
ONE = (sys.executable, "-m", "framescope")
TWO = (
    sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
    "-m", "framescope",
)  # fmt: skip


@pytest.fixture
def work(tmp_path: Path, codebook: Codebook, tiny_encoder: Path) -> Path:
    """Codebook, unequally weighted sentences of unequal length, the encoder without dropout."""
    (tmp_path / "book.yaml").write_text(dump_codebook(codebook))
    with (tmp_path / "corpus.jsonl").open("w") as file:
        for i, s in enumerate(make_sentences(stances=True)[:-1]):
            text, weight = s.text + " times" * (i % 7), (0.5, 1.0, 4.0)[i % 3]
            row = {"id": s.id, "text": text, "frames": s.frames, "document": s.document}
            file.write(json.dumps(row | {"weight": weight}) + "\n")
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    for source in tiny_encoder.iterdir():
        (encoder / source.name).write_bytes(source.read_bytes())
    config = json.loads((encoder / "config.json").read_text())
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (encoder / "config.json").write_text(json.dumps(config))
    return tmp_path


def train(
    work: Path, launcher: tuple[str, ...], output: str, *more: str
) -> subprocess.CompletedProcess[str]:
    arguments = ("train", "--codebook", "book.yaml", "--corpus", "corpus.jsonl", "--encoder",
                 "encoder", "--output", output, *SETTINGS, *more)  # fmt: skip
    return subprocess.run(
        [*launcher, *arguments], capture_output=True, text=True, timeout=300, check=False, cwd=work
    )


def test_two_processes_train_what_one_trains(work: Path) -> None:
    for launcher, output in ((ONE, "one"), (TWO, "two")):
        result = train(work, launcher, output, "--json", f"{output}.json")
        assert result.returncode == 0, result.stderr
        assert result.stdout.count("Bundle written") == 1
        assert result.stderr.count("Training on") == 1
    one, two = (json.loads((work / f"{name}.json").read_text()) for name in ("one", "two"))
    assert two["baseline"] == one["baseline"]
    assert two["macro_f1"] == pytest.approx(one["macro_f1"], abs=0.02)
    texts = [s.text for s in make_sentences(stances=True)]
    left, right = (load_bundle(work / n, device="cpu", precision="fp32") for n in ("one", "two"))
    assert np.allclose(left.scorer.logits(texts), right.scorer.logits(texts), atol=0.02)
    assert np.allclose(left.rule.thresholds, right.rule.thresholds, atol=0.01)
    assert {p.name for p in work.iterdir() if p.is_dir()} == {"one", "two", "encoder"}


def test_a_mistake_is_told_and_ends_all_processes(work: Path) -> None:
    (work / "bundle").mkdir()
    result = train(work, TWO, "bundle")
    assert result.returncode != 0
    assert "framescope: bundle: it exists already" in result.stderr
    assert list((work / "bundle").iterdir()) == []
