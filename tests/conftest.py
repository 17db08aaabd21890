"""Fixtures made on the spot: a small codebook, sentences, a tiny random encoder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook

os.environ.setdefault("HF_HUB_OFFLINE", "1")

#: Real data beside the checkout; tests that use it skip where it is missing.
SHARED = Path(__file__).resolve().parents[2] / "shared"

WORDS = {
    "help": ["tanks shipped to the army", "drones sold to the front", "shells sent by rail"],
    "trade": ["loans from a new bank", "markets opened in the gulf", "plant built by investors"],
    "none": ["the team won the match", "rain is expected on friday", "the actor bought a house"],
}


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Tiny networks are faster on one thread than on several that wait for each other."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture
def codebook() -> Codebook:
    return Codebook.model_validate(
        {
            "id": "small",
            "version": 1,
            "frames": [{"id": "help", "definition": "Help."}, {"id": "trade"}],
            "stances": [{"id": "supports"}, {"id": "disputes"}],
        }
    )


@pytest.fixture
def plain_codebook() -> Codebook:
    frames = [{"id": "help"}, {"id": "trade"}]
    return Codebook.model_validate({"id": "plain", "version": 1, "frames": frames})


def make_sentences(*, stances: bool, documents: int = 12) -> list[AnnotatedSentence]:
    """A separable corpus: the words tell the frame, 'not' tells the stance."""
    sentences = []
    for d in range(documents):
        for topic, texts in WORDS.items():
            for i, text in enumerate(texts):
                denied = (d + i) % 2 == 0
                stance = ("disputes" if denied else "supports") if stances else None
                frames: dict[str, Any] = {} if topic == "none" else {topic: stance}
                words = f"{'not' if denied else 'indeed'} {text} {d} times"
                sentences.append(
                    AnnotatedSentence(
                        id=f"{d}-{topic}-{i}", text=words, frames=frames, document=f"doc-{d}"
                    )
                )
    return sentences


@pytest.fixture
def sentences() -> list[AnnotatedSentence]:
    return make_sentences(stances=True)


@pytest.fixture
def plain_sentences() -> list[AnnotatedSentence]:
    return make_sentences(stances=False)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of two narrow layers with a word tokenizer, saved like any encoder."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, set_seed

    set_seed(0)
    words = sorted({w for texts in WORDS.values() for t in texts for w in t.split()})
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {w: i for i, w in enumerate([*specials, "not", "indeed", "times", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64
    )
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=64,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("encoder")
    BertModel(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder
