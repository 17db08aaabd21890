"""Whether the outlet's own words name an act of speech."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from framescope.data.voice.quotes import Quotation
from framescope.data.voice.table import english

_WORD = re.compile(r"[A-Za-z][A-Za-z-]*")
_TABLE = english()
_SPEECH = _TABLE.speech
_ACCORDING = re.compile(r"\baccording to (?:(?:an?|the|its|his|her|their) )?([\w'’-]+)", re.I)
#: Before a form that may be a noun, these make it one.
_NOUN_BEFORE = re.compile(
    r"\b(?:the|an?|of|his|her|its|their|these|those|such|amid|over|on|no|any|all|with|from|to|by|for"
    r"|and|or|new|many|some|several|false|official)\s$",
    re.I,
)
_DETERMINED = re.compile(
    r"\b(?:the|an?|his|her|its|their|this|these|those|such|no|any|of)\s$", re.I
)
#: After a form that may be a noun, these make it a verb.
_CLAIM_AFTER = re.compile(
    r"\s+(?:(?:earlier|repeatedly|privately|also|on \w+day|last week) )?"
    r"(?:that|the|an?|it|its|he|she|they|his|her|their|no|there|this|these|those|only|some|any|all"
    r"|both|many|most|more|nothing|[A-Z]\w*|\d|will|to|who|why|how|when|what|whether|out(?! of))\b"
)
_OBJECT_AFTER = re.compile(r"\s+(?:it|(?:\S+ ){1,4}(?:to|not to|as)|called it)\b")


class Words:
    """A sentence as the rules see it.

    Attributes:
        text: The sentence.
        quoted: Its quotations.
        outside: The sentence with what is in quotation marks blotted out, of the same length.
    """

    def __init__(self, text: str, quoted: Sequence[Quotation]) -> None:
        self.text, self.quoted, self.outside = text, quoted, text
        for q in quoted:
            self.outside = self.outside[: q.start] + "_" * (q.end - q.start) + self.outside[q.end :]

    @cached_property
    def names_speech(self) -> bool:
        """Whether somebody says, thinks or is cited in the outlet's own words."""
        low = {word.lower() for word in _WORD.findall(self.outside)}
        return (
            (not _SPEECH.isdisjoint(low) and self._has_verb())
            or (not _TABLE.hints.isdisjoint(low) and bool(_TABLE.phrases.search(self.outside)))
            or ("according" in low and self._has_source())
        )

    @property
    def is_headline(self) -> bool:
        """Whether no full stop ends it."""
        return not self.text.rstrip().endswith(tuple(".!?…"))

    def _has_source(self) -> bool:
        found = _ACCORDING.search(self.outside)
        return found is not None and found[1].lower() not in _TABLE.unsourced

    def _has_verb(self) -> bool:
        idle = [match.span() for match in _TABLE.idle.finditer(self.outside)]
        return any(
            self._says(match)
            for match in _WORD.finditer(self.outside)
            if match[0].lower() in _SPEECH
            and not any(start <= match.start() < end for start, end in idle)
        )

    def _says(self, match: re.Match[str]) -> bool:
        before, after = self.outside[: match.start()], self.outside[match.end() :]
        word = match[0].lower()
        if word in _TABLE.verbs:
            return not _DETERMINED.search(before)
        if word in _TABLE.participles:
            return before.endswith(", ") or (after.startswith(" that") and _is_verb(before))
        return _is_verb(before) and _says_doubtfully(word, before, after)


def _is_verb(before: str) -> bool:
    """Whether a form that may be a noun has a subject before it."""
    last = before.rstrip()[-1:]
    return (last.isalnum() or last in tuple(',_”’"')) and not _NOUN_BEFORE.search(before)


def _says_doubtfully(word: str, before: str, after: str) -> bool:
    if word in _TABLE.showing:
        speaks = not _TABLE.evidence.isdisjoint(before.lower().split())
        return speaks or (word[0] == "f" and after.startswith(" that"))
    if word in _TABLE.objects:
        return bool(_OBJECT_AFTER.match(after)) or (word[0] == "c" and after.startswith(" for "))
    aside = ", " in before and (after.startswith(",") or not after.strip(" .!?"))
    return aside or bool(_CLAIM_AFTER.match(after))
