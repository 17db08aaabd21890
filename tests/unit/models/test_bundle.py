from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import softmax
from transformers import AutoModelForSequenceClassification, AutoTokenizer

import framescope
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.models.alarms import FramelessSentences
from framescope.models.blend import BlendScorer
from framescope.models.bundle import bundle_hash, load_bundle, save_bundle
from framescope.models.cascade import CASCADE_FILE, SLACK, Cascade, first_scores
from framescope.models.classifier import FrameClassifier, Scorer
from framescope.models.decisions import DecisionRule
from framescope.models.labels import LabelSpace
from framescope.models.linear import LinearScorer
from framescope.models.network import FramescopeModel
from framescope.models.scope import Scope
from framescope.models.transformer import TransformerScorer

TEXTS = ["indeed tanks shipped to the army", "rain is expected", "", "not markets opened " * 40]


def network(codebook: Codebook, encoder: Path) -> TransformerScorer:
    space = LabelSpace.of(codebook)
    model = FramescopeModel.from_encoder(str(encoder), space, max_tokens=32, dropout=0.0)
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    return TransformerScorer(model, tokenizer, device="cpu", precision="fp32")


def linear(codebook: Codebook, sentences: list[AnnotatedSentence]) -> LinearScorer:
    space = LabelSpace.of(codebook)
    return LinearScorer.fit([s.text for s in sentences], space.encode(sentences), space)


@pytest.fixture(params=["network", "linear"])
def classifier(
    request: pytest.FixtureRequest,
    codebook: Codebook,
    sentences: list[AnnotatedSentence],
    tiny_encoder: Path,
) -> FrameClassifier:
    scorer: Scorer = (
        network(codebook, tiny_encoder)
        if request.param == "network"
        else linear(codebook, sentences)
    )
    return FrameClassifier(
        codebook, scorer, DecisionRule(np.array([1.5, 0.7]), np.array([0.4, 0.6]))
    )


@pytest.fixture
def bundle(tmp_path: Path, classifier: FrameClassifier) -> Path:
    folder = tmp_path / "bundle"
    folder.mkdir()
    save_bundle(folder, classifier, training={"seed": 1})
    return folder


def test_a_saved_bundle_predicts_the_same_when_loaded(
    bundle: Path, classifier: FrameClassifier
) -> None:
    loaded = load_bundle(bundle, device="cpu", precision="fp32")
    assert framescope.load(bundle).hash == loaded.hash
    before, after = classifier.scores(TEXTS), loaded.scores(TEXTS)
    assert np.allclose(before.frame_probability, after.frame_probability, atol=1e-6)
    assert (before.codes == after.codes).all()
    assert loaded.codebook == classifier.codebook
    assert loaded.hash == bundle_hash(bundle)
    assert [p.text for p in loaded.predict(TEXTS)] == TEXTS


def test_the_scope_travels_with_the_bundle_and_counts_in_its_hash(
    bundle: Path, classifier: FrameClassifier, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    scope = Scope(("de", "en"), frozenset({"tanks"}))
    found = save_bundle(other, replace(classifier, scope=scope), training={})
    assert load_bundle(other, device="cpu").scope == scope
    assert found != bundle_hash(bundle)
    (other / "scope.json").unlink()
    with pytest.raises(InputError, match="altered or half copied"):
        load_bundle(other)


def test_a_bundle_holds_no_pickle(bundle: Path) -> None:
    names = {path.name for path in bundle.iterdir()}
    assert {"config.json", "model.safetensors", "codebook.yaml", "thresholds.json"} <= names
    assert not [n for n in names if n.endswith((".bin", ".pkl", ".pt", ".joblib"))]


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "thresholds.json"])
def test_a_bundle_that_lacks_a_file_is_refused(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    with pytest.raises(InputError, match=f"lacks {name}"):
        load_bundle(bundle)


def test_an_altered_bundle_is_refused(bundle: Path) -> None:
    thresholds = json.loads((bundle / "thresholds.json").read_text())
    (bundle / "thresholds.json").write_text(json.dumps(thresholds | {"help": 0.01}))
    with pytest.raises(InputError, match="altered or half copied"):
        load_bundle(bundle)


def test_the_hash_does_not_hang_on_the_card_or_the_metrics(bundle: Path) -> None:
    before = bundle_hash(bundle)
    (bundle / "README.md").write_text("other")
    (bundle / "metrics.json").write_text("{}")
    assert bundle_hash(bundle) == before


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such bundle"):
        load_bundle(tmp_path / "nowhere")


@pytest.mark.parametrize("weight", [0.5, 0.7])
def test_a_blend_decides_by_the_weighted_mean_and_is_whole_only_with_its_baseline(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path,
    weight: float,
) -> None:  # fmt: skip
    rule = DecisionRule(np.ones(2), np.full(2, 0.5))
    parts = network(codebook, tiny_encoder), linear(codebook, sentences)
    both = FrameClassifier(codebook, BlendScorer(*parts, weight), rule)
    (tmp_path / "baseline").mkdir()
    save_bundle(tmp_path / "baseline", FrameClassifier(codebook, parts[1], rule), training={})
    save_bundle(tmp_path, both, training={})
    alone = [FrameClassifier(codebook, p, rule).scores(TEXTS).frame_probability for p in parts]
    loaded = load_bundle(tmp_path, device="cpu", precision="fp32").scores(TEXTS)
    mean = np.average(alone, axis=0, weights=[weight, 1 - weight])
    assert np.allclose(loaded.frame_probability, mean, atol=1e-5)
    (tmp_path / "baseline" / "model.safetensors").unlink()
    with pytest.raises(InputError, match="altered or half copied"):
        load_bundle(tmp_path)


def test_a_cascade_travels_with_a_blend_and_rises_with_its_thresholds(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path
) -> None:
    parts = network(codebook, tiny_encoder), linear(codebook, sentences)
    odds = first_scores(parts[1].logits(TEXTS))
    first = np.array([odds[0] - 0.1] * 200 + [odds[0] + 1.0] * 200) + SLACK
    cascade = Cascade(np.ones(2), first, np.repeat([0.5, 3.0], 200), held_out=1000)
    rule = DecisionRule(np.array([1.5, 0.7]), np.array([0.4, 0.6]))
    frameless = FramelessSentences(2000, np.array([2.0, 1.0]))
    both = FrameClassifier(
        codebook, BlendScorer(*parts), rule, frameless=frameless, cascade=cascade
    )
    (tmp_path / "baseline").mkdir()
    save_bundle(tmp_path / "baseline", FrameClassifier(codebook, parts[1], rule), training={})
    found = save_bundle(tmp_path, both, training={})
    loaded = load_bundle(tmp_path, device="cpu", precision="fp32")
    full = loaded.scores(TEXTS)
    scores, counts = loaded.cascaded_scores(TEXTS)
    assert scores.discarded is not None
    assert scores.discarded.tolist() == (odds < odds[0]).tolist()
    assert 0 < counts["discarded"] < len(TEXTS)
    kept = ~scores.discarded
    assert np.allclose(scores.frame_probability[kept], full.frame_probability[kept], atol=1e-5)
    raised = loaded.bounded(0.6)
    assert raised.cascade is not None
    assert raised.cascade.cutoff == pytest.approx(odds[0] + 1.0)
    (tmp_path / CASCADE_FILE).unlink()
    assert bundle_hash(tmp_path) != found


def test_without_a_cascade_nothing_is_discarded(classifier: FrameClassifier) -> None:
    scores, counts = classifier.cascaded_scores(TEXTS)
    assert counts == {}
    assert scores.discarded is None
    assert (scores.frame_probability == classifier.scores(TEXTS).frame_probability).all()


def test_a_broken_cascade_is_told(tmp_path: Path, classifier: FrameClassifier) -> None:
    (tmp_path / CASCADE_FILE).write_text('{"share": 0.995}')
    save_bundle(tmp_path, classifier, training={})
    with pytest.raises(InputError, match=CASCADE_FILE):
        load_bundle(tmp_path, device="cpu")


def test_the_auto_classes_load_the_network_of_a_bundle(
    tmp_path: Path, codebook: Codebook, tiny_encoder: Path
) -> None:
    scorer = network(codebook, tiny_encoder)
    scorer.save(tmp_path)
    loaded = AutoModelForSequenceClassification.from_pretrained(tmp_path)
    assert isinstance(loaded, FramescopeModel)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    again = TransformerScorer(loaded, tokenizer, device="cpu", precision="fp32")
    assert np.allclose(again.logits(TEXTS), scorer.logits(TEXTS), atol=1e-6)


def test_order_and_company_of_texts_do_not_change_their_scores(
    classifier: FrameClassifier,
) -> None:
    together = classifier.scorer.logits(TEXTS)
    alone = np.concatenate([classifier.scorer.logits([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5)
    assert classifier.scorer.logits([]).shape == (0, 2, 3)


def test_one_string_is_not_taken_for_a_list_of_letters(classifier: FrameClassifier) -> None:
    with pytest.raises(TypeError, match="list of texts"):
        classifier.predict("one sentence")


def test_frozen_layers_keep_their_weights_and_the_rest_can_learn(
    codebook: Codebook, tiny_encoder: Path
) -> None:
    model = network(codebook, tiny_encoder).network
    model.freeze(0.5)
    frozen = {name for name, p in model.named_parameters() if not p.requires_grad}
    assert any("word_embeddings" in name for name in frozen)
    assert any("layer.0." in name for name in frozen)
    assert not any("layer.1." in name or name.startswith("head") for name in frozen)


def test_a_stray_system_file_does_not_alter_a_bundle(bundle: Path) -> None:
    (bundle / ".DS_Store").write_bytes(b"x")
    assert load_bundle(bundle, device="cpu").hash


def test_frame_and_stance_have_heads_of_their_own(codebook: Codebook, tiny_encoder: Path) -> None:
    scorer = network(codebook, tiny_encoder)
    before = softmax(scorer.logits(TEXTS), axis=2)
    outputs = len(scorer.space.classes)
    with torch.no_grad():  # the second stance of every frame becomes likelier
        scorer.network.head.bias.view(-1, outputs)[:, 2] += 3
    after = softmax(scorer.logits(TEXTS), axis=2)
    np.testing.assert_allclose(after[..., 0], before[..., 0], atol=1e-6)
    assert (after[..., 2] > before[..., 2]).all()


def test_a_head_of_another_kind_is_refused(
    codebook: Codebook, tiny_encoder: Path, tmp_path: Path
) -> None:
    scorer = network(codebook, tiny_encoder)
    scorer.network.config.heads = "one softmax"
    rule = DecisionRule.fit(
        np.zeros((2, *scorer.space.shape), np.float32), np.zeros((2, 2), np.int64), ["a", "b"]
    )
    save_bundle(tmp_path, FrameClassifier(codebook, scorer, rule), training={})
    with pytest.raises(InputError, match="its head is of another kind; expected the version"):
        load_bundle(tmp_path)
