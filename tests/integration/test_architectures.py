"""Encoders of each architecture, tiny and random, from training to a loaded bundle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification, AutoTokenizer

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.models.blend import BlendScorer
from framescope.models.bundle import load_bundle
from framescope.models.labels import LabelSpace
from framescope.models.network import FramescopeModel
from framescope.models.pretrained import load_config, load_encoder, longest_input
from framescope.models.transformer import TransformerScorer, tokenize
from framescope.training.evaluation import evaluate_with_baseline
from framescope.training.fine_tune import Examples, FineTuner
from framescope.training.settings import TrainSettings
from framescope.training.train import train_bundle
from tests.tiny_encoders import ENCODERS, LAYERS, LONGEST, TEXTS, make_encoder

LONG = "indeed tanks shipped to the army " * 40
ODD = ["", "…", "«ﬁ» É ß", "中文 two  spaces", LONG]
SPACE = LabelSpace(("help", "trade"), ("absent", "supports", "disputes"), has_stances=True)

Maker = Callable[[str], Path]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in made:
            made[name] = make_encoder(name, tmp_path_factory.mktemp(name))
        return made[name]

    return make


def settings(encoder: Path, **changes: object) -> TrainSettings:
    return TrainSettings.model_validate(
        {"encoder": str(encoder), "epochs": 1, "folds": 2, "batch_size": 16, "learning_rate": 1e-3,
         "max_tokens": 512, "frozen_share": 0.5, "device": "cpu", "precision": "fp32", **changes}
    )  # fmt: skip


def fresh(encoder: Path, *, max_tokens: int = LONGEST) -> TransformerScorer:
    model = FramescopeModel.from_encoder(str(encoder), SPACE, max_tokens=max_tokens, dropout=0.0)
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    return TransformerScorer(model, tokenizer, device="cpu", precision="fp32")


@pytest.mark.slow
@pytest.mark.parametrize("name", ENCODERS)
def test_training_gives_a_bundle_that_predicts_the_same_when_loaded(
    name: str,
    encoder: Maker,
    tmp_path: Path,
    codebook: Codebook,
    sentences: list[AnnotatedSentence],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trained: list[TransformerScorer] = []
    run = FineTuner.run

    def kept(*arguments: Any, **named: Any) -> tuple[TransformerScorer, int]:
        scorer, epochs = run(*arguments, **named)
        trained.append(scorer)
        return scorer, epochs

    monkeypatch.setattr(FineTuner, "run", kept)
    bundle = tmp_path / "bundle"
    texts = [*sentences, sentences[0].model_copy(update={"id": "long", "text": LONG})]
    train_bundle(texts, codebook, settings(encoder(name)), bundle)

    loaded = load_bundle(bundle, device="cpu", precision="fp32")
    assert isinstance(loaded.scorer, BlendScorer)
    again = loaded.scorer.network
    assert again.network.config.max_tokens == LONGEST
    assert np.array_equal(trained[-1].logits([*TEXTS, *ODD]), again.logits([*TEXTS, *ODD]))
    assert len(loaded.predict([*TEXTS, *ODD])) == len(TEXTS) + len(ODD)
    found = evaluate_with_baseline(loaded, bundle, sentences, allow_overlap=True)
    assert found["sentences"] == len(sentences)

    model = AutoModelForSequenceClassification.from_pretrained(bundle)
    tokenizer = AutoTokenizer.from_pretrained(bundle)
    with torch.inference_mode():
        logits = model.eval()(**tokenizer(TEXTS[0], return_tensors="pt")).logits
    assert np.allclose(logits.numpy(), again.logits(TEXTS[:1]), atol=1e-6)


@pytest.mark.parametrize("name", ENCODERS)
def test_the_encoder_is_taken_out_of_a_model_that_fills_in_words(
    name: str, encoder: Maker, tmp_path: Path
) -> None:
    """Most encoders lie on the Hub as they were trained: with a head, and without a pooler."""
    whole = AutoModelForMaskedLM.from_config(load_config(str(encoder(name))))
    whole.save_pretrained(tmp_path)
    weights = whole.base_model.state_dict()
    taken = load_encoder(str(tmp_path)).state_dict()
    assert set(weights) <= set(taken)
    assert all(torch.equal(taken[key], value) for key, value in weights.items())


@pytest.mark.parametrize("name", ENCODERS)
def test_bf16_trains_and_stays_near_fp32(
    name: str, encoder: Maker, sentences: list[AnnotatedSentence], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Any processor computes it, if slowly; whether this one is fast at it must not matter here.
    for module in ("training.fine_tune", "models.transformer"):
        monkeypatch.setattr(f"framescope.{module}.has_bf16", lambda _: True)
    chosen = settings(encoder(name), precision="auto")
    some = sentences[:32]
    examples = Examples(
        [s.text for s in some], SPACE.encode(some), np.ones(len(some), dtype=np.float32)
    )
    scorer, _ = FineTuner(chosen, SPACE, lambda: None).run(examples, epochs=1, seed=1)
    assert scorer.computed == "cpu bf16"
    half = scorer.logits([*TEXTS, *ODD])
    assert all(p.dtype == torch.float32 for p in scorer.network.parameters())
    scorer.bf16 = False
    assert np.allclose(half, scorer.logits([*TEXTS, *ODD]), atol=0.02)


@pytest.mark.parametrize("name", ENCODERS)
def test_company_in_a_batch_changes_no_score(name: str, encoder: Maker) -> None:
    scorer = fresh(encoder(name))
    texts = [*TEXTS, *ODD]
    alone = np.concatenate([scorer.logits([text]) for text in texts])
    assert np.allclose(scorer.logits(texts), alone, atol=1e-5)
    assert len(np.unique(alone.round(6), axis=0)) > len(TEXTS)  # and texts do tell apart


@pytest.mark.parametrize("name", ENCODERS)
def test_the_longest_input_is_taken_whole(name: str, encoder: Maker) -> None:
    longest = longest_input(load_config(str(encoder(name))))
    assert longest == LONGEST
    scorer = fresh(encoder(name), max_tokens=longest)
    assert len(tokenize(scorer.tokenizer, [LONG], longest)[0]) == longest
    assert np.isfinite(scorer.logits([LONG])).all()


@pytest.mark.parametrize("name", ["roberta", "xlm-roberta", "camembert", "mpnet"])
def test_all_positions_are_more_than_an_encoder_with_an_offset_takes(
    name: str, encoder: Maker
) -> None:
    positions = load_config(str(encoder(name))).max_position_embeddings
    assert positions == LONGEST + 2
    with pytest.raises((IndexError, RuntimeError)):
        fresh(encoder(name), max_tokens=positions).logits([LONG])
    tuner = FineTuner(settings(encoder(name), max_tokens=positions), SPACE, lambda: None)
    assert tuner.max_tokens == LONGEST


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.74, 1.0])
def test_the_lowest_layers_are_frozen_and_the_others_learn(
    name: str, share: float, encoder: Maker
) -> None:
    scorer = fresh(encoder(name))
    network = scorer.network
    network.freeze(share)
    batch = scorer.tokenizer(TEXTS, padding=True, return_tensors="pt")
    labels = torch.arange(len(TEXTS) * 2).view(-1, 2) % 3
    network.train()
    network(batch["input_ids"], batch["attention_mask"], labels=labels).loss.backward()
    assert network.encoder.get_input_embeddings().weight.requires_grad == (share == 0)
    learning = {id(p) for p in network.parameters() if p.grad is not None and p.grad.any()}
    assert {id(p) for p in network.head.parameters()} <= learning
    if name == "albert":  # one set of weights for all layers: it is frozen wholly or not at all
        shared = network.encoder.encoder.albert_layer_groups[0].albert_layers[0].ffn.weight
        assert id(shared) in learning
        return
    layers = _layers(network)
    frozen = [not any(p.requires_grad for p in layer.parameters()) for layer in layers]
    assert frozen == [i < int(share * LAYERS) for i in range(LAYERS)]
    learns = [any(id(p) in learning for p in layer.parameters()) for layer in layers]
    assert learns == [not still for still in frozen]


def _layers(network: FramescopeModel) -> list[torch.nn.Module]:
    """The layers by the names that the architectures give them."""
    encoder = network.encoder
    for path in ("encoder.layer", "transformer.layer", "layers"):
        try:
            return list(encoder.get_submodule(path))
        except AttributeError:
            continue
    raise AssertionError(f"no layers found in {type(encoder).__name__}")
