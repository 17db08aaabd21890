"""The skeleton of a sentence: what is left when names, numbers and dates are masked."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from framescope.data.checks.words import plain

#: Stands for one slot: a run of masked words. No word looks like it.
SLOT = "_"
#: Fewer words outside slots are a phrase that many sentences share by chance.
MIN_SKELETON = 6
#: Least similarity of two skeletons that count as one.
SAME_SKELETON = 0.8

#: A sentence of which more words are capitalised is set in title case: capitals tell no names.
_TITLE_CASE = 0.5
_TOKEN = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?:…][^\w\s]*\s")
_SLOT_WORD = re.compile(
    r"""(?xi) .*\d.* | (?:mon|tues|wednes|thurs|fri|satur|sun|to|yester)day | tomorrow
    | january | february | march | april | may | june | july | august | september | october
    | november | december | zero | one | two | three | four | five | six | seven | eight | nine
    | ten | eleven | twelve | (?:thir|four|fif|six|seven|eigh|nine)teen
    | (?:twen|thir|for|fif|six|seven|eigh|nine)ty | (?:hundred|thousand|[mb]illion|trillion|dozen)s?
    | first | second | third | fourth | fifth | sixth | seventh | eighth | ninth | tenth"""
)


def _tokens(text: str) -> list[tuple[str, bool]]:
    """The words of a text, and for each whether it begins a sentence."""
    tokens: list[tuple[str, bool]] = []
    end = 0
    for match in _TOKEN.finditer(text):
        first = not tokens or _SENTENCE_END.search(text, end, match.start()) is not None
        tokens.append((match[0], first))
        end = match.end()
    return tokens


def _is_slot(word: str, may_be_name: bool) -> bool:
    if may_be_name and word[0].isupper() and word != "I":
        return True
    return _SLOT_WORD.fullmatch(word) is not None


def skeleton_of(text: str) -> tuple[str, ...]:
    """The words of a text, case folded, each run of names, numbers and slot words as one SLOT.

    A name is a capitalised word that does not begin a sentence. Slot words are English.
    """
    tokens = _tokens(plain(text))
    capitals = sum(word[0].isupper() for word, _ in tokens)
    names = capitals <= _TITLE_CASE * len(tokens)
    skeleton: list[str] = []
    for word, first in tokens:
        part = SLOT if _is_slot(word, names and not first) else word.casefold()
        if part != SLOT or skeleton[-1:] != [SLOT]:
            skeleton.append(part)
    return tuple(skeleton)


def fixed_words(skeleton: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a skeleton outside its slots."""
    return tuple(part for part in skeleton if part != SLOT)


def skeleton_similarity(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    """Ratcliff and Obershelp's 2 M / T over the parts of two skeletons (``difflib``).

    0 where a skeleton has fewer than ``MIN_SKELETON`` words, and where a bound shows that the
    similarity is below ``SAME_SKELETON``.
    """
    shorter, longer = sorted((left, right), key=lambda parts: (len(parts), parts))
    least = SAME_SKELETON * (len(shorter) + len(longer)) / 2
    # Cheap bounds on M first: most pairs that are asked about end here.
    if len(shorter) < least or sum(part in longer for part in shorter) < least:
        return 0.0
    if min(len(fixed_words(shorter)), len(fixed_words(longer))) < MIN_SKELETON:
        return 0.0
    # The ratio depends on the order of its arguments, so the pair is put into one order above.
    return SequenceMatcher(None, shorter, longer, autojunk=False).ratio()
