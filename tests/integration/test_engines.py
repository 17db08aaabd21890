"""Every usual architecture on every engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from framescope.data.codebook import Codebook
from framescope.inference.engines.export import export_engine
from framescope.inference.engines.load import load_with_engine
from framescope.inference.engines.names import Exported
from framescope.models.bundle import load_bundle, save_bundle
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import DecisionRule
from framescope.models.labels import LabelSpace
from framescope.models.network import FramescopeModel
from framescope.models.transformer import TransformerScorer
from tests.tiny_encoders import ENCODERS, LONGEST, TEXTS, make_encoder

ODD = ["", "…", "«ﬁ» É ß", "中文 two  spaces", "indeed tanks shipped to the army " * 40]


#: OpenVINO is made by way of ONNX: of that, three architectures unlike each other do.
CASES: list[tuple[Exported, str]] = [
    *(("openvino", name) for name in ENCODERS),
    *(("onnx", name) for name in ("bert", "deberta-v3", "modernbert")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "name"), CASES)
def test_an_engine_says_what_torch_says(
    engine: Exported, name: str, codebook: Codebook, tmp_path: Path
) -> None:
    pytest.importorskip("onnxruntime" if engine == "onnx" else engine)
    encoder, bundle = make_encoder(name, tmp_path / "encoder"), tmp_path / "bundle"
    space = LabelSpace.of(codebook)
    model = FramescopeModel.from_encoder(str(encoder), space, max_tokens=LONGEST, dropout=0.0)
    torch.nn.init.normal_(model.head.weight, std=1.0)  # answers that differ from text to text
    scorer = TransformerScorer(
        model, AutoTokenizer.from_pretrained(encoder), device="cpu", precision="fp32"
    )
    bundle.mkdir()
    rule = DecisionRule(np.ones(2), np.full(2, 0.5))
    save_bundle(bundle, FrameClassifier(codebook, scorer, rule), training={})

    texts = [*TEXTS, *ODD]
    export_engine(bundle, engine, texts, precision="fp32")

    loaded = load_with_engine(bundle, engine=engine)
    assert loaded.scorer.computed == f"{engine} cpu fp32"
    expected = load_bundle(bundle, device="cpu", precision="fp32").scorer.logits(texts)
    assert np.allclose(loaded.scorer.logits(texts), expected, atol=1e-4)
    assert np.allclose(loaded.scorer.logits(TEXTS[:1]), expected[:1], atol=1e-4)
    assert expected[..., 1:].std(axis=0).min() > 0.01  # the logit of absent is 0
