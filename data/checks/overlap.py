"""Two texts side by side: whether they are the same or almost the same, and how."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from framescope.data.checks.skeleton import SAME_SKELETON, skeleton_of, skeleton_similarity
from framescope.data.checks.words import containment, grams_of, jaccard, words_of

Kind = Literal["exact", "near", "contained", "template"]

#: Least Jaccard similarity of the character n-grams of two sentences that count as one.
NEAR = 0.7
#: Least share of the shorter sentence, in words and in character n-grams, within the longer.
CONTAINED = 0.88
#: Fewer words are contained in many a sentence by chance.
_MIN_CONTAINED = 6
#: Least share of common words worth a closer look; below it no kind but a template is possible.
_WORTH_A_LOOK = 0.7


class Text(Protocol):
    """Anything with an id and a text: a sentence, an article's title."""

    @property
    def id(self) -> str:
        """Names the text to a reader."""

    @property
    def text(self) -> str:
        """The text as it was printed."""


@dataclass(frozen=True, order=True)
class Overlap:
    """Two texts that are too alike, and how: ``similarity`` is 0 to 1 in the measure of ``kind``.

    ``exact``: the same words. ``near``: Jaccard similarity of character n-grams. ``contained``:
    share of the shorter within the longer. ``template``: similarity of the skeletons.
    """

    left_id: str
    right_id: str
    left_text: str
    right_text: str
    kind: Kind
    similarity: float


class Row:
    """A text with what comparing needs, worked out once and only when asked for."""

    def __init__(self, id_: str, text: str) -> None:
        self.id, self.text, self.words = id_, text, words_of(text)

    @property
    def order(self) -> tuple[str, str]:
        """What rows are sorted by, so that results do not depend on the input's order."""
        return self.id, self.text

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct words."""
        return frozenset(self.words)

    @cached_property
    def grams(self) -> frozenset[str]:
        """The distinct character n-grams."""
        return grams_of(self.words)

    @cached_property
    def skeleton(self) -> tuple[str, ...]:
        """The words with slots masked."""
        return skeleton_of(self.text)


def compare(left: Row, right: Row) -> tuple[Kind, float] | None:
    """How two texts of different words and at least ``MIN_WORDS`` are alike, if they are."""
    shared = containment(left.vocabulary, right.vocabulary)
    if shared >= _WORTH_A_LOOK:
        if (similarity := jaccard(left.grams, right.grams)) >= NEAR:
            return "near", similarity
        share = min(shared, containment(left.grams, right.grams))
        if share >= CONTAINED and min(len(left.words), len(right.words)) >= _MIN_CONTAINED:
            return "contained", share
    if (similarity := skeleton_similarity(left.skeleton, right.skeleton)) >= SAME_SKELETON:
        return "template", similarity
    return None


def overlap(left: Row, right: Row, kind: Kind, similarity: float) -> Overlap:
    """The verdict on two texts as a result."""
    return Overlap(left.id, right.id, left.text, right.text, kind, round(similarity, 4))
