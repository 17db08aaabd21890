from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.quality.measure import figures
from benchmarks.quality.methods import METHODS, available
from benchmarks.quality.work import Method, Work
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.training.settings import TrainSettings
from tests.conftest import make_sentences

NOWHERE = Path("no-interpreter-here")


def work(sentences: list[AnnotatedSentence], codebook: Codebook, encoder: Path) -> Work:
    settings = TrainSettings(
        encoder=str(encoder), epochs=2, batch_size=16, seed=0, device="cpu", precision="fp32"
    )
    return Work(sentences[:90], {"test": [s.text for s in sentences[90:]]}, codebook, settings)


def test_setfit_is_skipped_where_it_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(available(NOWHERE)) == set(METHODS) - {"setfit"}
    assert "setfit: no interpreter no-interpreter-here, skipped" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["linear", "embeddings", "trainer", "ours"])
def test_every_method_decides_about_every_text(
    name: str, codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path
) -> None:
    method: Method = available(NOWHERE)[name]
    given = work(sentences, codebook, tiny_encoder)
    outcome = method(given)
    decisions = outcome.decisions["test"]
    assert outcome.train_seconds > 0
    assert decisions.codes.shape == decisions.stance.shape == (18, 2)
    assert decisions.probability.shape == (18, 2, 2)
    assert (decisions.stance > 0).all()
    assert (decisions.probability >= 0).all()
    assert (decisions.probability <= 1).all()


@pytest.mark.parametrize("name", ["linear", "embeddings", "trainer", "ours"])
def test_a_frame_in_every_sentence_leaves_the_stance_to_tell(name: str, tiny_encoder: Path) -> None:
    codebook = Codebook.model_validate(
        {
            "id": "one",
            "version": 1,
            "frames": [{"id": "help"}],
            "stances": [{"id": "supports"}, {"id": "disputes"}],
        }
    )
    every = [s for s in make_sentences(stances=True, documents=36) if "help" in s.labels]
    given = work(every, codebook, tiny_encoder)
    decisions = available(NOWHERE)[name](given).decisions["test"]
    found = figures(decisions, given.space.encode(every[90:]), given.space)
    assert found["false_alarms_per_1000"] is None
    assert 0 <= found["stance_weighted_f1"] <= 1
    if name in {"linear", "ours"}:
        assert (decisions.codes > 0).all(), "a frame that is never absent is never missed"
    if name == "linear":
        assert found["stance_accuracy"] == 1


@pytest.mark.skipif(find_spec("setfit") is not None, reason="SetFit is installed here")
def test_an_interpreter_without_setfit_is_told_in_one_line(
    codebook: Codebook, sentences: list[AnnotatedSentence], tiny_encoder: Path
) -> None:
    method = available(Path(sys.executable))["setfit"]
    with pytest.raises(InputError, match=r"SetFit failed: ModuleNotFoundError.+'setfit';"):
        method(work(sentences, codebook, tiny_encoder))
