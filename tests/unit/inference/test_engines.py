from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.inference.engines import export as export_module
from framescope.inference.engines import load as load_module
from framescope.inference.engines.export import export_engine
from framescope.inference.engines.exported import Batch, ExportedScorer
from framescope.inference.engines.fixture import read_fixture, shipped_fixture
from framescope.inference.engines.load import load_with_engine
from framescope.inference.engines.names import threads
from framescope.inference.engines.parity import Parity, require_parity
from framescope.inference.engines.record import EngineRecord
from framescope.models.batches import padded
from framescope.models.blend import BlendScorer
from framescope.models.bundle import bundle_hash, load_bundle, save_bundle
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import DecisionRule, Scores
from framescope.models.labels import LabelSpace
from framescope.models.linear import LinearScorer
from framescope.models.network import FramescopeModel
from framescope.models.transformer import TransformerScorer

TEXTS = ["indeed tanks shipped to the army", "rain is expected", "", "not markets opened " * 40]
RULE = DecisionRule(np.array([1.5, 0.7]), np.array([0.4, 0.6]))


@pytest.fixture(params=["network", "blend"])
def bundle(
    request: pytest.FixtureRequest,
    codebook: Codebook,
    sentences: list[AnnotatedSentence],
    tiny_encoder: Path,
    tmp_path: Path,
) -> Path:
    space = LabelSpace.of(codebook)
    model = FramescopeModel.from_encoder(str(tiny_encoder), space, max_tokens=32, dropout=0.0)
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    network = TransformerScorer(model, tokenizer, device="cpu", precision="fp32")
    folder = tmp_path / "bundle"
    folder.mkdir()
    if request.param == "network":
        save_bundle(folder, FrameClassifier(codebook, network, RULE), training={})
        return folder
    linear = LinearScorer.fit([s.text for s in sentences], space.encode(sentences), space)
    (folder / "baseline").mkdir()
    linear.save(folder / "baseline")
    save_bundle(folder, FrameClassifier(codebook, BlendScorer(network, linear), RULE), training={})
    return folder


class Torch:
    """An engine that computes by torch what it is to compare with, shifted by ``error``."""

    computed = "fake cpu fp32"

    def __init__(self, bundle: Path, error: float = 0.0) -> None:
        scorer = load_bundle(bundle, device="cpu", precision="fp32").scorer
        self.network = scorer.network if isinstance(scorer, BlendScorer) else scorer
        self.error, self.batches = error, 0

    def run(self, batches: Iterable[Batch], logits: np.ndarray) -> None:
        import torch

        for batch in batches:
            with torch.inference_mode():
                found = self.network.network(*map(torch.from_numpy, batch[1:])).logits
            logits[batch.rows] = found.numpy()
            logits[batch.rows, :, 0] += self.error
            self.batches += 1


@pytest.fixture
def fake(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Torch:
    """Exporting and loading meet the fake engine, whatever is installed."""
    runner = Torch(bundle)
    for module in (load_module, export_module):
        monkeypatch.setattr(module, "make_runner", lambda *_: runner)
        monkeypatch.setattr(module, "require_installed", lambda _: None)
    monkeypatch.setattr(load_module, "is_installed", lambda _: True)
    monkeypatch.setattr(load_module, "_may_have_gpu", lambda: False)
    monkeypatch.setattr(
        export_module, "_write", lambda _name, _net, folder, _p: (folder / "m.xml").write_text("m")
    )
    return runner


@pytest.mark.usefixtures("fake")
def test_an_exported_engine_is_taken_and_decides_the_same(bundle: Path) -> None:
    before = bundle_hash(bundle)
    record = export_engine(bundle, "openvino", TEXTS)
    assert (record.parity.decisions_equal, record.parity.sentences) == (1.0, len(TEXTS))
    assert bundle_hash(bundle) == before
    loaded, torch = load_with_engine(bundle), load_bundle(bundle, device="cpu", precision="fp32")
    assert loaded.scorer.computed == "fake cpu fp32"
    assert np.allclose(loaded.scorer.logits(TEXTS), torch.scorer.logits(TEXTS), atol=1e-5)
    assert loaded.scores([]).present.shape == (0, 2)
    assert loaded.hash == torch.hash
    assert load_with_engine(bundle, engine="torch", device="cpu").scorer.computed.startswith("cpu")


@pytest.mark.parametrize(("measured", "asked"), [("fp32", "fp32"), ("bf16", "auto")])
def test_an_engine_computes_in_no_precision_that_was_not_measured(
    bundle: Path, fake: Torch, monkeypatch: pytest.MonkeyPatch, measured: str, asked: str
) -> None:
    """A processor without bfloat16 exports, and one with it loads."""
    fake.computed = f"fake cpu {measured}"
    export_engine(bundle, "openvino", TEXTS)
    found: list[object] = []
    monkeypatch.setattr(load_module, "make_runner", lambda *given: found.extend(given) or fake)
    load_with_engine(bundle, engine="openvino")
    assert found[2] == asked


def test_an_unfaithful_engine_is_refused_and_leaves_nothing(bundle: Path, fake: Torch) -> None:
    fake.error = 3.0
    with pytest.raises(InputError, match=r"not faithful to torch fp32: .*most in '") as error:
        export_engine(bundle, "openvino", TEXTS)
    assert "\n" not in str(error.value)
    assert not list(bundle.glob("engines/*"))
    assert load_with_engine(bundle, device="cpu").scorer.computed.startswith("cpu")


@pytest.mark.usefixtures("fake")
def test_an_engine_that_cannot_take_the_network_is_refused_in_one_line(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such operator\nand a page of traces")

    monkeypatch.setattr(export_module, "_write", broken)
    with pytest.raises(InputError, match=r"onnx cannot take .* type bert.* no such operator;"):
        export_engine(bundle, "onnx", TEXTS)
    assert not list(bundle.glob("engines/*"))


@pytest.mark.usefixtures("fake")
def test_files_that_were_altered_are_refused(bundle: Path) -> None:
    export_engine(bundle, "openvino", TEXTS)
    (bundle / "engines/openvino/m.xml").write_text("other")
    with pytest.raises(InputError, match="altered or half copied"):
        load_with_engine(bundle, device="cpu")


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bundle_hash": "0" * 64}, "made from bundle 000000000000, but this is"),
        ({"parity": {"sentences": 9, "decisions_equal": 0.9, "largest_difference": 0.0,
                     "mean_difference": 0.0}}, "parity is out of bounds"),
        ({"surprise": 1}, "cannot read it"),
        ({"padding": "much"}, "cannot read it"),
        ({"parity": {"sentences": 9}}, "cannot read it"),
    ],
)  # fmt: skip
def test_a_record_that_does_not_fit_is_refused(
    bundle: Path, change: dict[str, object], message: str
) -> None:
    export_engine(bundle, "openvino", TEXTS)
    path = bundle / "engines/openvino/parity.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(InputError, match=message):
        load_with_engine(bundle, engine="openvino")


@pytest.mark.usefixtures("fake")
def test_what_is_there_is_replaced_only_if_told(bundle: Path) -> None:
    export_engine(bundle, "openvino", TEXTS)
    with pytest.raises(InputError, match="exists already"):
        export_engine(bundle, "openvino", TEXTS)
    again = export_engine(bundle, "openvino", TEXTS[:2], overwrite=True)
    assert EngineRecord.read(bundle / "engines/openvino", bundle_hash(bundle)) == again


@pytest.mark.usefixtures("fake")
def test_an_engine_that_is_not_exported_or_not_installed_is_told(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=r"no files for onnx.*bundles export"):
        load_with_engine(bundle, engine="onnx")
    export_engine(bundle, "openvino", TEXTS)
    with pytest.raises(InputError, match="computes on the processor"):
        load_with_engine(bundle, engine="openvino", device="cuda")
    monkeypatch.undo()
    monkeypatch.setattr("framescope.inference.engines.names.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"framescope\[openvino\]"):
        load_with_engine(bundle, engine="openvino")
    monkeypatch.setattr(load_module, "is_installed", lambda _: False)
    assert load_with_engine(bundle, device="cpu").scorer.computed.startswith("cpu")


def test_a_linear_bundle_has_no_engine(
    codebook: Codebook, sentences: list[AnnotatedSentence], tmp_path: Path
) -> None:
    space = LabelSpace.of(codebook)
    linear = LinearScorer.fit([s.text for s in sentences], space.encode(sentences), space)
    save_bundle(tmp_path, FrameClassifier(codebook, linear, RULE), training={})
    pytest.importorskip("openvino")
    with pytest.raises(InputError, match="nothing to export"):
        export_engine(tmp_path, "openvino", TEXTS)
    with pytest.raises(InputError, match="no network for openvino"):
        load_with_engine(tmp_path, engine="openvino")
    assert load_with_engine(tmp_path).scorer.kind == "framescope_linear"


@pytest.mark.parametrize("bundle", ["blend"], indirect=True)
def test_auto_takes_openvino_without_importing_torch(bundle: Path) -> None:
    pytest.importorskip("openvino")
    import subprocess

    export_engine(bundle, "openvino", TEXTS)
    program = (
        "import sys; from pathlib import Path\n"
        "from framescope.inference.engines.load import load_with_engine\n"
        "model = load_with_engine(Path(sys.argv[1]), device='cpu')\n"
        "print(model.predict(['indeed tanks'], abstain=False)[0].text, model.scorer.computed)\n"
        "print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, bundle], capture_output=True, text=True, check=True
    )
    said, imported = done.stdout.splitlines()
    assert said.startswith("indeed tanks openvino cpu")
    assert imported == "[]"


def test_openvino_computes_many_windows_with_their_rows_in_order(bundle: Path) -> None:
    pytest.importorskip("openvino")
    export_engine(bundle, "openvino", TEXTS, precision="fp32")
    loaded = load_with_engine(bundle, engine="openvino")
    torch = load_bundle(bundle, device="cpu", precision="fp32")
    window = [" ".join(["tanks"] * (i % 40)) for i in range(300)]
    for texts in (window, window[:7], [], window[::-1]):
        assert np.allclose(loaded.scorer.logits(texts), torch.scorer.logits(texts), atol=1e-4)


def scores(frame: float, stance: float, rows: int = 1000) -> Scores:
    probability = np.full((rows, 1), frame)
    return Scores(probability, np.full((rows, 1, 2), [stance, 1 - stance]), probability >= 0.5)


def test_parity_is_held_on_the_maximum_and_on_stances_too() -> None:
    reference = scores(0.9, 0.8)
    assert Parity.of(reference, scores(0.9, 0.8)).largest_difference == 0
    assert require_parity("x", ["a"] * 1000, reference, scores(0.91, 0.8)).faithful
    assert not Parity.of(reference, scores(0.93, 0.8)).faithful
    assert not Parity.of(reference, scores(0.9, 0.75)).faithful
    one_off = scores(0.9, 0.8)
    one_off.frame_probability[17] = 0.95
    with pytest.raises(InputError, match=r"100.00% of 1000 .* 0.050 apart, most in 'seventeen'"):
        texts = ["a"] * 17 + ["seventeen"] + ["a"] * 982
        require_parity("x", texts, reference, one_off)
    lost = scores(0.9, 0.8)
    lost.frame_probability[3] = np.nan
    assert not Parity.of(reference, lost).faithful


def test_decisions_that_flip_too_often_are_unfaithful_however_near() -> None:
    reference, other = scores(0.501, 0.8), scores(0.501, 0.8)
    other.present[:5] = False
    assert Parity.of(reference, other).faithful
    other.present[:6] = False
    assert not Parity.of(reference, other).faithful


def test_the_shipped_fixture_is_of_2000_sentences_and_two_odd_ones() -> None:
    texts = shipped_fixture()
    assert len(texts) == 2002
    assert len(set(texts)) > 1950
    assert shipped_fixture() == texts


def test_own_sentences_are_read_or_refused_with_their_row(tmp_path: Path) -> None:
    lines = tmp_path / "a.txt"
    lines.write_text("".join(f"Sentence {i}.\n\n" for i in range(150)))
    rows = tmp_path / "b.jsonl"
    rows.write_text("".join(json.dumps({"text": f"Row {i}"}) + "\n" for i in range(150)))
    assert len(read_fixture([lines, rows])) == 300
    with pytest.raises(InputError, match="150 different sentences cannot tell"):
        read_fixture([lines, lines])
    rows.write_text('{"text": "x"}\n{"words": "y"}\n')
    with pytest.raises(InputError, match=r"b.jsonl, row 2: a row without a text"):
        read_fixture([rows])


@given(st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=9), min_size=1, max_size=9))
def test_padding_is_masked_and_tokens_are_not(tokens: list[list[int]]) -> None:
    ids, mask = padded(tokens, 0)
    assert [row[m == 1].tolist() for row, m in zip(ids, mask, strict=True)] == tokens
    assert (ids[mask == 0] == 0).all()


def test_threads_are_those_that_torch_would_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert threads() == 3
    for told in ("", "0", "many"):
        monkeypatch.setenv("OMP_NUM_THREADS", told)
        assert threads() >= 1


def test_an_exported_engine_cannot_be_saved_as_a_model(bundle: Path, fake: Torch) -> None:
    with pytest.raises(InputError, match="cannot be saved"):
        ExportedScorer(bundle, fake, padding=0).save(bundle)
