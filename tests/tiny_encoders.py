"""Tiny random encoders of every architecture that people take from the Hub.

Each has the tokenizer class and the special tokens of the real one, trained on a few words, and
the real one's peculiarities: RoBERTa's offset of positions, DeBERTa-v3 without absolute positions,
multilingual E5 small as a BERT with the tokenizer of XLM-R.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.conftest import WORDS

#: Layers of each encoder, and the longest input it takes.
LAYERS, LONGEST = 4, 48

TEXTS = [f"{lead} {text}" for texts in WORDS.values() for text in texts for lead in ("not", "so")]

_BERT = {"unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "pad": "[PAD]", "mask": "[MASK]"}
_ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]

_CONFIG = {
    "hidden_size": 32, "num_hidden_layers": LAYERS, "num_attention_heads": 2,
    "intermediate_size": 48, "max_position_embeddings": LONGEST,
}  # fmt: skip
_OFFSET = {"max_position_embeddings": LONGEST + 2}
_ROBERTA_IDS = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, **_OFFSET}
_DEBERTA_V3 = {
    "relative_attention": True, "position_buckets": 16, "norm_rel_ebd": "layer_norm",
    "share_att_key": True, "pos_att_type": ["p2c", "c2p"], "position_biased_input": False,
    "type_vocab_size": 0, "max_relative_positions": -1,
}  # fmt: skip


def make_encoder(name: str, folder: Path) -> Path:
    """Write the encoder of that name into the folder, in safetensors."""
    from transformers import AutoConfig, AutoModel, set_seed

    make_tokenizer, kind, special = ENCODERS[name]
    tokenizer = make_tokenizer()
    settings = {**_CONFIG, **special, "vocab_size": len(tokenizer)}
    config = AutoConfig.for_model(kind, **settings)
    set_seed(0)
    AutoModel.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def word_pieces(specials: Iterable[str]) -> dict[str, int]:
    """A WordPiece vocabulary, special tokens first."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token=_BERT["unk"]))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=120, special_tokens=list(specials), show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    return tokenizer.get_vocab()


def unigrams(specials: Iterable[str], unk: str) -> list[tuple[str, float]]:
    """A SentencePiece unigram vocabulary with scores, special tokens first."""
    import json

    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=120, special_tokens=list(specials), unk_token=unk, show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    vocabulary = json.loads(tokenizer.to_str())["model"]["vocab"]
    return [(piece, score) for piece, score in vocabulary]


def byte_pairs(specials: Iterable[str]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """A byte-level BPE vocabulary with its merges, special tokens first."""
    import json

    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=340,
        special_tokens=list(specials),
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [(left, right) for left, right in model["merges"]]


def _bert() -> Any:
    from transformers import BertTokenizer

    return BertTokenizer(vocab=word_pieces(_BERT.values()), model_max_length=LONGEST)


def _mpnet() -> Any:
    from transformers import MPNetTokenizer

    specials = ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"]
    return MPNetTokenizer(vocab=word_pieces(specials), model_max_length=LONGEST)


def _roberta() -> Any:
    from transformers import RobertaTokenizer

    # Some repositories state no longest input for the tokenizer; positions alone then limit it.
    vocabulary, merges = byte_pairs(_ROBERTA)
    return RobertaTokenizer(vocab=vocabulary, merges=merges)


def _xlm_roberta() -> Any:
    from transformers import XLMRobertaTokenizer

    return XLMRobertaTokenizer(vocab=unigrams(_ROBERTA, "<unk>"))


def _camembert() -> Any:
    from transformers import CamembertTokenizer

    return CamembertTokenizer(vocab=unigrams(_ROBERTA, "<unk>"))


def _albert() -> Any:
    from transformers import AlbertTokenizer

    specials = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]
    return AlbertTokenizer(vocab=unigrams(specials, "<unk>"))


def _deberta() -> Any:
    from transformers import DebertaV2Tokenizer

    specials = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
    return DebertaV2Tokenizer(vocab=unigrams(specials, "[UNK]"))


def _modernbert() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary, merges = byte_pairs(_BERT.values())
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    ends = [(token, vocabulary[token]) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=ends
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_input_names=["input_ids", "attention_mask"],
        **{f"{role}_token": token for role, token in _BERT.items()},
    )


_BERT_IDS = {"cls_token_id": 1, "bos_token_id": 1, "sep_token_id": 2, "eos_token_id": 2}
#: What makes the tokenizer, the kind of model, and what is special in its configuration.
ENCODERS: dict[str, tuple[Callable[[], Any], str, dict[str, Any]]] = {
    "bert": (_bert, "bert", {}),
    "electra": (_bert, "electra", {"embedding_size": 16}),
    "distilbert": (_bert, "distilbert", {"hidden_dim": 48}),
    "mpnet": (_mpnet, "mpnet", _OFFSET),
    "roberta": (_roberta, "roberta", _ROBERTA_IDS),
    "xlm-roberta": (_xlm_roberta, "xlm-roberta", _ROBERTA_IDS),
    "multilingual-e5-small": (_xlm_roberta, "bert", {}),
    "camembert": (_camembert, "camembert", _ROBERTA_IDS),
    "albert": (_albert, "albert", {"embedding_size": 16}),
    "deberta-v3": (_deberta, "deberta-v2", _DEBERTA_V3),
    "modernbert": (
        _modernbert,
        "modernbert",
        {"pad_token_id": 3, "local_attention": 8, "global_attn_every_n_layers": 3, **_BERT_IDS},
    ),
}
