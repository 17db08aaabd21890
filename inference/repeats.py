"""Sentences that came before: wire copy and boilerplate are scored once."""

from __future__ import annotations

from collections.abc import Sequence


def first_with_text(texts: Sequence[str]) -> list[int]:
    """For each text the place of the first with the same words, its own if it is the first.

    White space is folded, and nothing else: typographic quotes and dashes are other tokens to a
    network, so that a score would no longer be that of the sentence beside it. They made
    0.05 % of 78,750 sentences from news feeds.
    """
    first: dict[str, int] = {}
    return [first.setdefault(" ".join(text.split()), place) for place, text in enumerate(texts)]
