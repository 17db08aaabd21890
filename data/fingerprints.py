"""Fingerprints of texts: they tell whether a sentence is known without keeping the sentence."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from framescope.data.errors import InputError
from framescope.data.output import write_json

#: In a bundle and in what it scored: the sentences that it was trained on.
TRAINED_ON = "trained_on.json"
_WORD = re.compile(r"\w+")
_BYTES = 8
#: Shorter texts stand in many places by chance ("Read more").
_FEWEST_WORDS = 5

Fingerprints = frozenset[str]


def fingerprint(text: str) -> str | None:
    """16 hex digits that hang on the words alone, not on case, blanks and marks; None if short."""
    words = _WORD.findall(text.casefold())
    if len(words) < _FEWEST_WORDS:
        return None
    return hashlib.blake2b(" ".join(words).encode(), digest_size=_BYTES).hexdigest()


def fingerprints(texts: Iterable[str]) -> Fingerprints:
    """Those of several texts."""
    return frozenset(found for text in texts if (found := fingerprint(text)))


def write_fingerprints(folder: Path, found: Fingerprints) -> None:
    """Write them into a folder, if there are any."""
    if found:
        write_json(folder / TRAINED_ON, sorted(found))


def read_fingerprints(folder: Path) -> Fingerprints:
    """Those of a folder; none, where it keeps none.

    Raises:
        InputError: The file is broken.
    """
    path = folder / TRAINED_ON
    if not path.is_file():
        return frozenset()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"broken: {error}", path=path) from error
    if not isinstance(content, list) or not all(isinstance(item, str) for item in content):
        raise InputError("broken", path=path, expected="a list of fingerprints")
    return frozenset(content)
