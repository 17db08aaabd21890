"""Hashes and versions: what a result was made from and with."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.errors import InputError

_PACKAGES = (
    "framescope", "torch", "transformers", "accelerate", "scikit-learn", "numpy", "sentencex",
    "py3langid", "pyarrow", "trafilatura", "onnxruntime", "openvino",
)  # fmt: skip


def corpus_hash(sentences: Iterable[AnnotatedSentence]) -> str:
    """SHA-256 (64 hex digits) over ids, texts, labels and documents, in any order."""
    fields = {"id", "text", "frames", "document", "weight"}
    rows = sorted(json.dumps(s.model_dump(include=fields), sort_keys=True) for s in sentences)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def require_corpus(
    corpus: Iterable[AnnotatedSentence], training: Mapping[str, Any], *, named: bool
) -> None:
    """Refuse a corpus that is not the one a bundle was trained on.

    Args:
        corpus: Annotated sentences.
        training: Content of the bundle's ``training.json``.
        named: Whether the user named the corpus; else it is the shipped one.

    Raises:
        InputError: The hashes differ.
    """
    found, recorded = corpus_hash(corpus), (training.get("corpus") or {}).get("hash")
    if found != recorded:
        which = "the corpus" if named else "the shipped corpus"
        told = f"{which} has hash {found[:12]}, the bundle was trained on {str(recorded)[:12]}"
        raise InputError(told, expected="--corpus with what the bundle was trained on")


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that decide results, where installed."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
