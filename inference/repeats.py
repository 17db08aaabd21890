"""Sentences that came before: wire copy and boilerplate are scored once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b

from framescope.models.decisions import Scores


@dataclass(frozen=True, slots=True)
class Seen:
    """The first sentence with a text: its id and its scores, of one sentence."""

    id: str
    scores: Scores


class RecentSentences:
    """The most recently used distinct sentences, up to a limit, so that memory stays flat.

    Args:
        limit: Number of distinct sentences remembered; a repeat further away is scored anew.
    """

    def __init__(self, limit: int = 100_000) -> None:
        self._limit = limit
        self._seen: OrderedDict[bytes, Seen] = OrderedDict()

    @staticmethod
    def key(text: str) -> bytes:
        """What two sentences must share to count as one: the text, white space folded."""
        folded = " ".join(text.split())
        return blake2b(folded.encode("utf-8", "replace"), digest_size=16).digest()

    def get(self, key: bytes) -> Seen | None:
        """What is known of a sentence, if it is remembered."""
        found = self._seen.get(key)
        if found is not None:
            self._seen.move_to_end(key)
        return found

    def add(self, key: bytes, seen: Seen) -> None:
        """Remember a sentence, forgetting the one longest unused beyond the limit."""
        self._seen[key] = seen
        if len(self._seen) > self._limit:
            self._seen.popitem(last=False)
