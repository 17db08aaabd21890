"""The linear baseline: TF-IDF of words and characters, logistic regression for each frame.

It is the floor in every report, the choice where torch is too heavy, and needs no pickle: its
vocabulary is JSON and its weights are safetensors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from framescope.data.output import write_json
from framescope.models.labels import LabelSpace
from framescope.models.ngrams import Words
from framescope.models.tfidf import CharacterNgrams, Tfidf, WordNgrams

Floats = NDArray[np.float32]

#: The blocks of features in the order of their weights: what counts them, and how they are fitted.
BLOCKS: dict[str, tuple[type[WordNgrams | CharacterNgrams], dict[str, Any]]] = {
    "words": (
        WordNgrams,
        {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b"},
    ),
    "characters": (CharacterNgrams, {"analyzer": "char_wb", "ngram_range": (2, 5)}),
}
#: Logit of a class that the training data never showed.
_NEVER = -20.0
_INVERSE_REGULARISATION = 10.0


@dataclass(frozen=True, slots=True)
class Block:
    """The terms of one vocabulary with their inverse document frequencies."""

    terms: list[str]
    idf: Floats


class LinearScorer:
    """Logits from TF-IDF features; same interface as ``TransformerScorer``."""

    kind = "framescope_linear"

    def __init__(
        self,
        space: LabelSpace,
        blocks: Mapping[str, Block],
        weights: Floats,
        intercepts: Floats,
    ) -> None:
        self._space, self.blocks = space, blocks
        self._weights, self._intercepts = weights, intercepts
        ends = np.cumsum([len(block.terms) for block in blocks.values()])[:-1]
        parts = np.split(weights.reshape(-1, weights.shape[2]).T, ends)
        self._by_block = [
            (Tfidf(BLOCKS[kind][0](block.terms), block.idf), np.ascontiguousarray(part))
            for (kind, block), part in zip(blocks.items(), parts, strict=True)
        ]

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        codes: NDArray[np.int64],
        space: LabelSpace,
        weight: Floats | None = None,
    ) -> LinearScorer:
        """Fit on n texts with class codes of shape (n, F) and optional weights of shape (n,)."""
        least = 2 if len(texts) > 100 else 1  # noqa: PLR2004  (tiny sets keep every feature)
        blocks, features = _fit_blocks(texts, least)
        frames, classes = space.shape
        weights = np.zeros((frames, classes, features.shape[1]), dtype=np.float32)
        intercepts = np.full((frames, classes), _NEVER, dtype=np.float32)
        for frame in range(frames):
            seen, coefficients, intercept = _fit_frame(features, codes[:, frame], weight)
            weights[frame, seen], intercepts[frame, seen] = coefficients, intercept
        return cls(space, blocks, weights, intercepts)

    @classmethod
    def load(cls, folder: Path) -> LinearScorer:
        """Load what ``save`` wrote."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        terms = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        arrays = load_file(folder / "model.safetensors")
        space = LabelSpace(tuple(config["frames"]), tuple(config["classes"]), config["has_stances"])
        blocks = {kind: Block(terms[kind], arrays[f"idf_{kind}"]) for kind in BLOCKS}
        return cls(space, blocks, arrays["weights"], arrays["intercepts"])

    @property
    def space(self) -> LabelSpace:
        """Frames and classes."""
        return self._space

    @property
    def computed(self) -> str:
        """Device and precision in use, for provenance."""
        return "cpu fp32"

    def save(self, folder: Path) -> None:
        """Write configuration, vocabulary and weights."""
        space = self._space
        config = {
            "model_type": self.kind,
            "frames": space.frames,
            "classes": space.classes,
            "has_stances": space.has_stances,
        }
        write_json(folder / "config.json", config)
        terms = {kind: block.terms for kind, block in self.blocks.items()}
        (folder / "vocabulary.json").write_text(json.dumps(terms), encoding="utf-8")
        idf = {f"idf_{kind}": block.idf for kind, block in self.blocks.items()}
        arrays = {"weights": self._weights, "intercepts": self._intercepts, **idf}
        save_file(arrays, folder / "model.safetensors")

    def logits(self, texts: Sequence[str]) -> Floats:
        """Logits of n texts, shape (n, F, C)."""
        words = Words(texts)
        flat = sum(tfidf.features(words) @ weights for tfidf, weights in self._by_block)
        logits = np.asarray(flat, dtype=np.float32).reshape(-1, *self._space.shape)
        return logits + self._intercepts


def _fit_blocks(texts: Sequence[str], least: int) -> tuple[dict[str, Block], csr_matrix]:
    """Vocabularies of terms in ``least`` texts or more, and the features of the texts."""
    blocks, features = {}, []
    for kind, (_, options) in BLOCKS.items():
        vectorizer = TfidfVectorizer(sublinear_tf=True, dtype=np.float32, min_df=least, **options)
        features.append(vectorizer.fit_transform(texts))
        blocks[kind] = Block(list(vectorizer.get_feature_names_out()), np.asarray(vectorizer.idf_))
    return blocks, hstack(features).tocsr()


def _fit_frame(
    features: csr_matrix, codes: NDArray[np.int64], weight: Floats | None
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Classes seen, their coefficients and intercepts, for one frame."""
    seen: NDArray[np.int64] = np.unique(codes)
    if len(seen) == 1:
        return seen, np.zeros((1, features.shape[1]), np.float32), np.zeros(1, np.float32)
    model = LogisticRegression(C=_INVERSE_REGULARISATION, max_iter=1000)
    model.fit(features, codes, sample_weight=weight)
    if len(seen) == 2:  # noqa: PLR2004  (two classes: one row, for the second against the first)
        zero = np.zeros_like(model.coef_)
        return seen, np.vstack([zero, model.coef_]), np.array([0.0, model.intercept_[0]])
    return seen, model.coef_, model.intercept_
