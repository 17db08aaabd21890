from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModel, AutoTokenizer

from framescope.data.errors import InputError
from framescope.models.network import FramescopeConfig
from framescope.models.pretrained import load_config, load_encoder, load_tokenizer, longest_input
from framescope.models.transformer import TransformerScorer
from framescope.training.fine_tune import FineTuner
from framescope.training.settings import TrainSettings
from tests.tiny_encoders import TEXTS, make_encoder


def told(error: pytest.ExceptionInfo[InputError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


def change(folder: Path, **values: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | values))


@pytest.mark.parametrize("name", ["nobody/no-such-encoder", "no-such-encoder"])
def test_a_name_that_is_neither_here_nor_reachable_is_told_in_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    settings = TrainSettings(encoder=name)
    space = FramescopeConfig(frames=("f",), classes=("absent", "present")).label_space
    with pytest.raises(InputError, match=f"cannot load the encoder '{name}'") as error:
        FineTuner(settings, space, lambda: None)
    assert "expected folder or Hugging Face name" in told(error)


def test_what_the_hub_says_is_cut_to_its_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("nobody/x is not a valid model identifier.\nPass a token …\nand so on")

    monkeypatch.setattr(AutoConfig, "from_pretrained", refuse)
    with pytest.raises(InputError, match="is not a valid model identifier; expected") as error:
        load_config("nobody/x")
    assert "token" not in told(error)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        load_config(str(tmp_path / "nowhere"))


def test_pickled_weights_are_refused_and_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_encoder("bert", tmp_path)
    weights = AutoModel.from_pretrained(tmp_path).state_dict()
    (tmp_path / "model.safetensors").unlink()
    torch.save(weights, tmp_path / "pytorch_model.bin")
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("a pickle was opened"))
    with pytest.raises(InputError, match="no weights in safetensors") as error:
        load_encoder(str(tmp_path))
    told(error)


def test_weights_are_read_as_float32_whatever_they_were_saved_in(tmp_path: Path) -> None:
    make_encoder("bert", tmp_path)
    AutoModel.from_pretrained(tmp_path, dtype=torch.float16).save_pretrained(tmp_path)
    assert load_encoder(str(tmp_path)).dtype == torch.float32


def test_broken_weights_are_told(tmp_path: Path) -> None:
    make_encoder("bert", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(InputError, match="cannot load the encoder") as error:
        load_encoder(str(tmp_path))
    told(error)


def test_weights_with_a_gap_are_refused_for_it_would_be_filled_at_random(tmp_path: Path) -> None:
    make_encoder("bert", tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    pooler = {name for name in weights if name.startswith("pooler.")}
    assert pooler
    whole = {name: value for name, value in weights.items() if name not in pooler}
    save_file(whole, tmp_path / "model.safetensors", metadata={"format": "pt"})
    assert load_encoder(str(tmp_path))
    del whole["encoder.layer.1.output.dense.weight"]
    save_file(whole, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"lack encoder\.layer\.1\.output\.dense\.weight"):
        load_encoder(str(tmp_path))


def test_code_of_a_repository_is_not_run(tmp_path: Path) -> None:
    make_encoder("bert", tmp_path)
    change(tmp_path, model_type="own", auto_map={"AutoConfig": "own.Config"})
    (tmp_path / "own.py").write_text("raise SystemExit('it was run')")
    with pytest.raises(InputError, match="such code is never run") as error:
        load_config(str(tmp_path))
    told(error)


@pytest.mark.parametrize("kind", ["t5", "bart", "gpt2", "llama"])
def test_models_that_are_no_encoders_are_named(kind: str, tmp_path: Path) -> None:
    AutoConfig.for_model(kind).save_pretrained(tmp_path)
    with pytest.raises(InputError, match=f"no encoder but a model of type {kind}") as error:
        load_config(str(tmp_path))
    told(error)


UNFIT: list[tuple[str, dict[str, Any], str]] = [
    ("bert", {"is_decoder": True, "num_hidden_layers": 1, "hidden_size": 24}, "is_decoder"),
    ("perceiver", {"num_latents": 4, "d_latents": 16, "d_model": 16}, "no hidden size"),
    ("fnet", {"num_hidden_layers": 1, "hidden_size": 24}, "takes no attention mask"),
]


@pytest.mark.parametrize(("kind", "values", "reason"), UNFIT)
def test_encoders_that_the_network_cannot_stand_on_are_refused(
    kind: str, values: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    config = AutoConfig.for_model(kind, vocab_size=30, **values)
    AutoModel.from_config(config).save_pretrained(tmp_path)
    with pytest.raises(InputError, match=f"of type {kind}, .*{reason}") as error:
        load_config(str(tmp_path))
    told(error)


@pytest.mark.parametrize("word", ["trust_remote_code", "safetensors", "sentencepiece"])
def test_the_reason_is_not_read_from_the_name(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(InputError, match="there is no such folder"):
        load_config(f"x/y/{word}")
    folder = tmp_path / word
    folder.mkdir()
    with pytest.raises(InputError, match=r"config\.json") as error:
        load_config(str(folder))
    told(error)


def test_a_kind_of_model_that_nobody_knows_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "unheard-of"}')
    with pytest.raises(InputError, match="unheard-of") as error:
        load_config(str(tmp_path))
    told(error)


def test_an_encoder_without_tokenizer_files_is_refused(tmp_path: Path) -> None:
    make_encoder("bert", tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(InputError, match="no vocabulary"):
        load_tokenizer(str(tmp_path))


def test_a_sentencepiece_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    make_encoder("deberta-v3", tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "spm.model").write_bytes(b"x")
    with pytest.raises(InputError, match="SentencePiece tokenizer cannot be read") as error:
        load_tokenizer(str(tmp_path))
    told(error)


def test_a_tokenizer_in_sentencepiece_form_alone_is_kept_in_the_bundle_without_it(
    tmp_path: Path,
) -> None:
    sentencepiece = pytest.importorskip("sentencepiece")
    pytest.importorskip("google.protobuf")
    encoder, bundle = make_encoder("deberta-v3", tmp_path / "encoder"), tmp_path / "bundle"
    (encoder / "tokenizer.json").unlink()
    (encoder / "tokenizer_config.json").write_text('{"vocab_type": "spm"}')
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS), model_prefix=str(encoder / "spm"), vocab_size=60,
        pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]",
        eos_piece="[SEP]", unk_piece="[UNK]", hard_vocab_limit=False, minloglevel=2,
    )  # fmt: skip
    tokenizer = load_tokenizer(str(encoder))
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(encoder / "spm.model"))
    for text in TEXTS:
        assert tokenizer(text)["input_ids"] == [1, *pieces.encode(text), 2]
    tokenizer.save_pretrained(bundle)
    (bundle / "config.json").write_text('{"model_type": "framescope"}')
    assert not list(bundle.glob("*.model"))
    again = AutoTokenizer.from_pretrained(bundle)
    assert again(TEXTS)["input_ids"] == tokenizer(TEXTS)["input_ids"]


def test_the_longest_input_is_what_the_positions_allow() -> None:
    for kind, positions, longest in (("bert", 512, 512), ("roberta", 514, 512)):
        config = AutoConfig.for_model(kind, max_position_embeddings=positions)
        assert longest_input(config) == longest


def test_a_bundle_is_loaded_from_safetensors_alone(tmp_path: Path) -> None:
    make_encoder("bert", tmp_path)
    change(tmp_path, model_type="framescope")
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(OSError, match=r"model\.safetensors"):
        TransformerScorer.load(tmp_path)
