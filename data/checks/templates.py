"""Groups of sentences that are one template with its slots filled in differently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from framescope.data.checks.candidates import CandidateIndex
from framescope.data.checks.overlap import Text
from framescope.data.checks.skeleton import (
    MIN_SKELETON,
    SAME_SKELETON,
    fixed_words,
    skeleton_of,
    skeleton_similarity,
)
from framescope.data.checks.words import words_of

_Skeleton = tuple[str, ...]


@dataclass(frozen=True, order=True)
class TemplateGroup:
    """Sentences of one skeleton: ``skeleton`` as one of them has it, with ``_`` for a slot."""

    skeleton: str
    ids: tuple[str, ...]


def _by_skeleton(texts: Iterable[Text]) -> dict[_Skeleton, dict[_Skeleton, str]]:
    """For each long enough skeleton the distinct sentences (as words) and their smallest ids."""
    found: dict[_Skeleton, dict[_Skeleton, str]] = defaultdict(dict)
    for text in texts:
        skeleton = skeleton_of(text.text)
        if len(fixed_words(skeleton)) >= MIN_SKELETON:
            ids = found[skeleton]
            words = words_of(text.text)
            ids[words] = min(text.id, ids.get(words, text.id))
    return dict(found)


def _joined(skeletons: list[_Skeleton]) -> list[list[_Skeleton]]:
    """The connected components of skeletons that are similar enough, each in order."""
    fixed = [fixed_words(skeleton) for skeleton in skeletons]
    component = {skeleton: [skeleton] for skeleton in skeletons}
    for right, lefts in enumerate(CandidateIndex(fixed).query(fixed)):
        for left in sorted(i for i in lefts if i < right):
            one, other = component[skeletons[left]], component[skeletons[right]]
            pair = skeletons[left], skeletons[right]
            if one is not other and skeleton_similarity(*pair) >= SAME_SKELETON:
                one.extend(other)
                component.update(dict.fromkeys(other, one))
    return [sorted(c) for c in {id(c): c for c in component.values()}.values()]


def template_groups(texts: Iterable[Text]) -> list[TemplateGroup]:
    """Groups of at least two different sentences that share a skeleton, ordered by skeleton.

    Skeletons are one when they are equal or when a chain of similar ones (``SAME_SKELETON``) joins
    them. Exact copies of a sentence count once, by their smallest id.
    """
    rows = _by_skeleton(texts)
    groups = []
    for skeletons in _joined(sorted(rows)):
        ids = sorted(id_ for skeleton in skeletons for id_ in rows[skeleton].values())
        if len(ids) > 1:
            groups.append(TemplateGroup(" ".join(skeletons[0]), tuple(ids)))
    return sorted(groups)
