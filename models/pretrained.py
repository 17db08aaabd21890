"""Encoders made by others: loaded from a folder or the Hub, or refused in one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

import torch
from safetensors import SafetensorError
from torch import nn
from transformers import (
    MODEL_MAPPING,
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedModel,
)
from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING_NAMES

from framescope.data.errors import InputError


def load_config(name: str) -> PretrainedConfig:
    """The configuration of an encoder, by folder or Hub name.

    Raises:
        InputError: It cannot be loaded, or the model reads in one direction only, is made of an
            encoder and a decoder, has no hidden size, or takes no attention mask.
    """
    with _told_in_one_line(name):
        config: PretrainedConfig = AutoConfig.from_pretrained(name, trust_remote_code=False)
    # Whatever was trained to fill in words reads a sentence in both directions.
    fills_in = config.model_type in MODEL_FOR_MASKED_LM_MAPPING_NAMES
    if config.is_encoder_decoder or not fills_in:
        raise InputError(
            f"{name!r} is no encoder but a model of type {config.model_type}",
            expected="one that reads in both directions, such as bert, roberta or deberta-v2",
        )
    if unfit := _unfitness(config):
        raise InputError(
            f"the encoder {name!r}, a model of type {config.model_type}, {unfit}",
            expected="one such as bert, roberta or deberta-v2",
        )
    return config


def _unfitness(config: PretrainedConfig) -> str | None:
    """Why the network cannot stand on an encoder, though it was trained to fill in words."""
    if getattr(config, "is_decoder", False):
        return "is set up as a decoder (is_decoder), which reads in one direction only"
    if not hasattr(config, "hidden_size"):
        return "has no hidden size, and so no vector for each token"
    kinds: Any = MODEL_MAPPING[type(config)]
    kind = kinds[0] if isinstance(kinds, tuple) else kinds
    if "attention_mask" not in signature(kind.forward).parameters:
        return "takes no attention mask, so that padding would change its answers"
    return None


def load_tokenizer(name: str) -> Any:
    """The fast tokenizer of an encoder.

    Raises:
        InputError: It cannot be loaded, or knows no words.
    """
    with _told_in_one_line(name):
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
    # Without its files the library makes an empty one, to which every word is unknown.
    if len(tokenizer) <= len(tokenizer.all_special_ids):
        raise InputError(f"the encoder {name!r} has no vocabulary", expected="tokenizer files")
    return tokenizer


def load_encoder(name: str) -> PreTrainedModel:
    """An encoder with its weights in float32; from safetensors only, for a pickle can run code.

    Raises:
        InputError: It cannot be loaded, or a part of its weights is missing.
    """
    with _told_in_one_line(name):
        encoder, report = AutoModel.from_pretrained(
            name,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
    # The library fills gaps with random numbers. Only the pooler, which is not used, may be one.
    missing = sorted(key for key in report["missing_keys"] if not key.startswith("pooler."))
    if missing:
        raise InputError(
            f"the weights of the encoder {name!r} lack {missing[0]}",
            expected="the weights of the model that its config.json tells of",
        )
    return encoder  # type: ignore[no-any-return]


def longest_input(config: PretrainedConfig) -> int | None:
    """Most tokens that an encoder takes, special ones counted; None where nothing limits it.

    RoBERTa and its kin count positions from the padding index + 1, so that they take fewer
    tokens than they have positions (512 of 514).
    """
    with torch.device("meta"):  # the shapes are enough
        encoder = AutoModel.from_config(config)
    for name, module in encoder.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            unused = 0 if module.padding_idx is None else module.padding_idx + 1
            return module.num_embeddings - unused
    return getattr(config, "max_position_embeddings", None)


@contextmanager
def _told_in_one_line(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, ImportError, SafetensorError) as error:
        raise InputError(
            f"cannot load the encoder {name!r}: {_reason(error, name)}",
            expected="folder or Hugging Face name of an encoder with weights in safetensors",
        ) from error


def _reason(error: Exception, name: str) -> str:
    text = str(error).strip()
    # The name may itself hold one of these words.
    said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", text)
    if "trust_remote_code" in said:
        return "it needs program code from its own repository, and such code is never run"
    if "safetensors" in said:
        return "it has no weights in safetensors, and pickled ones (.bin) are never loaded"
    if "sentencepiece" in said or "tiktoken" in said:
        return "its SentencePiece tokenizer cannot be read: that takes sentencepiece and protobuf"
    if text.startswith("Repo id must"):
        return "there is no such folder, and no model on the Hub has such a name"
    return text.splitlines()[0].rstrip(".") if text else type(error).__name__
