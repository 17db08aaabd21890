"""The gate between what a model was trained on and what it is measured on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from framescope.data.annotations import AnnotatedSentence
from framescope.data.errors import InputError
from framescope.data.fingerprints import Fingerprints, fingerprint


def require_unseen(
    gold: Sequence[AnnotatedSentence],
    trained_on: Fingerprints,
    *,
    path: Path | None = None,
    allowed: float = 0.0,
) -> int:
    """Refuse gold that a bundle was trained on: there it errs less than elsewhere.

    Only the same words are found; ``framescope train --gold`` also finds what is nearly the same.

    Args:
        gold: The sentences to measure on.
        trained_on: Fingerprints of those that the bundle was trained on; none for bundles from
            before they were kept.
        path: The file, for the message.
        allowed: Share of the gold that may have been trained on.

    Returns:
        How many of them were.

    Raises:
        InputError: More than the share allowed.
    """
    return require_unseen_by_any(gold, [trained_on] * len(gold), path=path, allowed=allowed)


def require_unseen_by_any(
    gold: Sequence[AnnotatedSentence],
    trained_on: Sequence[Fingerprints],
    *,
    path: Path | None = None,
    allowed: float = 0.0,
) -> int:
    """As ``require_unseen``, where each of n sentences has a bundle of its own."""
    pairs = zip(gold, trained_on, strict=True)
    known = [s.id for s, its in pairs if fingerprint(s.text) in its]
    if len(known) > allowed * len(gold):
        named = ", ".join(map(repr, known[:3]))
        problem = f"{len(known)} of {len(gold)} gold sentences were trained on, such as {named}"
        raise InputError(problem, path=path, expected="gold that the bundle has never seen")
    return len(known)
