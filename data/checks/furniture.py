"""Page furniture: "Advertisement", "Sign up to our newsletter" and their like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from framescope.data.annotations import AnnotatedSentence
from framescope.data.checks.overlap import Overlap
from framescope.data.checks.words import MIN_WORDS, words_of

Furniture = frozenset[tuple[str, ...]]

#: A text that is printed in so many documents belongs to the page, not to an article.
_DOCUMENTS = 3


def furniture_of(*lists: Sequence[AnnotatedSentence]) -> Furniture:
    """The texts, as words, that are page furniture of every list: they may repeat.

    They have a frame in no row, and are shorter than ``MIN_WORDS`` or, in each list by itself, in
    at least three documents. Wire copy that only one list has so often is not furniture: copies
    must not earn an exemption from the gate by being many.
    """
    documents: dict[tuple[str, ...], list[set[str]]] = defaultdict(lambda: [set() for _ in lists])
    framed = set()
    for number, sentences in enumerate(lists):
        for sentence in sentences:
            words = words_of(sentence.text)
            documents[words][number].add(sentence.group)
            if sentence.labels:
                framed.add(words)
    return frozenset(
        words
        for words, where in documents.items()
        if words not in framed and (len(words) < MIN_WORDS or min(map(len, where)) >= _DOCUMENTS)
    )


def is_furniture(pair: Overlap, furniture: Furniture) -> bool:
    """Whether all that two texts share is furniture: both are, or what the longer contains is."""
    shorter, longer = sorted((words_of(pair.left_text), words_of(pair.right_text)), key=len)
    return shorter in furniture and (pair.kind == "contained" or longer in furniture)
