"""Hashes and versions: what a result was made from and with."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from framescope.data.annotations import AnnotatedSentence

_PACKAGES = (
    "framescope", "torch", "transformers", "accelerate", "scikit-learn", "numpy", "sentencex",
    "openvino", "onnxruntime",
)  # fmt: skip


def corpus_hash(sentences: Iterable[AnnotatedSentence]) -> str:
    """SHA-256 (64 hex digits) over ids, texts, labels and documents, in any order."""
    fields = {"id", "text", "frames", "document", "weight"}
    rows = sorted(json.dumps(s.model_dump(include=fields), sort_keys=True) for s in sentences)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that decide results, where installed."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
