"""Whether a sentence gives its claim to a speaker without quoting it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import files

import yaml

from framescope.data.voice.quotes import Quotation

_TABLE: dict[str, frozenset[str]] = {
    name: frozenset(text.split())
    for name, text in yaml.safe_load(
        (files("framescope.data") / "voice" / "table.yaml").read_text(encoding="utf-8")
    ).items()
}
_WORD = re.compile(r"[A-Za-z][A-Za-z-]*")
_TRIGGERS = (
    _TABLE["verbs"] | _TABLE["doubtful"] | _TABLE["participles"]
    | {"according", "per", "words", "view", "account", "tell", "for", "it", "answer", "line", "message",
       "to", "describe", "rejected", "dismissed", "word", "condition", "position"}
)  # fmt: skip
#: Verbs of saying in set phrases that attribute nothing.
_IDLE = re.compile(
    r"\b(?:that|this) said,|^that said|\bsaid to (?:be|have)\b|\bneedless to say|\bgoes without saying"
    r"|\bthat is to say|\bsays? (?:nothing|little|a lot|much|it all)\b|\btold each other\b|\blet us say"
    r"|(?<!like )(?<!likes )(?<!liked )(?<!on )(?<!continued )\bto (?:say|believe|think|argue|explain|report"
    r"|put|call|find|show|ask|stress|maintain|suspect|expect|deny|admit|claim|promise|fear|agree)\b"
    r"|\bso-called\b|\b(?:do|does|did|would|will|can|could|should|must|I|we|you) (?:not )?(?:say|believe|think)\b"
    r"|\bI (?:said|thought|asked|told)\b|\bwhat \S+(?: \S+)? (?:calls?|called|says|said)\b"
    r"|\b(?:accused|suspected) of\b|\b(?:revealed|believed|thought|reported|alleged) to\b|\bblamed for\b"
    r"|^(?:Alleged|Suspected|Estimated|Described|Promised|Expected|Noted|Accused)\b|\bcan tell\b|\bas expected\b|\bthan expected\b|\bis expected\b|\bare expected\b|\bnotes? (?:of|to)\b"
    r"|\b(?:is|are|was|were|been) (?:described|called|reported|found|put|asked|told|ruled|expected|posted)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"\bin (?:the )?(?:words|view|opinion|eyes|judgement|telling) of\b|\bin (?:his|her|their|its) "
    r"(?:words|view|opinion|telling)\b|\bin \S+(?: \S+)?['’]s? (?:own )?(?:words|view|opinion|telling)\b"
    r"|\bby (?:\S+ ){1,4}own (?:account|admission|reckoning)\b|\bto hear (?:\S+ ){1,5}tell it\b"
    r"|\b(?:has|have|had) it that\b|\b(?:line|position|view|message|argument|answer) (?:is|was) (?:that|no|yes)\b"
    r"|\b(?:like[sd]?|went on|goes on|continued) to (?:say|add)\b"
    r"|\b(?:they|he|she|it) (?:describe[sd]?|call(?:s|ed)?)\b|\bput the \S+(?: \S+){0,5} at\b"
    r"|\b(?:reject|dismiss)(?:s|es|ed) (?:the|an?|any|all|these|those) (?:accusation|claim|report|allegation"
    r"|suggestion|idea|charge)s?\b|\breject(?:s|ed) (?:claim|report|allegation|suggestion|call|accusation)s\b|\bcalled (?:the )?[A-Z]\S*(?: \S+)? (?:an?|the)\b"
    r"|\bwas the word [A-Z]\S+(?: \S+)? used\b|\bwill tell you\b|\bputs? it\b|^per (?:the|a|\S+['’]s)\b|, per (?:the|a|[A-Z])|\bon condition of anonymity\b"
    r"|^for [A-Z]\S+ [A-Z][\w-]+,|\bspoke of\b|\bspeaks of\b|\bas (?:an?|the) \S+ \S+ put it\b"
    r"|\bis how \S+(?: \S+){0,3} (?:describe|sum|put|see)s?\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"\baccording to (?:an? |the |its |his |her |their )?([\w'’-]+)", re.IGNORECASE
)
_NOUN_BEFORE = re.compile(
    r"\b(?:the|a|an|of|his|her|its|their|these|those|such|amid|over|on|no|any|all|with|from|to|by|for|and|or"
    r"|new|many|some|several|false|official)\s$",
    re.IGNORECASE,
)
_DETERMINED = re.compile(
    r"\b(?:the|an?|his|her|its|their|this|these|those|such|no|any|of)\s$", re.IGNORECASE
)
_SAID_AFTER = re.compile(
    r"\s+(?:(?:earlier|repeatedly|privately|also|on \w+day|last week) )?"
    r"(?:that|the|a|an|it|its|he|she|they|his|her|their|no|there|this|these|those|only|some|any|all|both"
    r"|many|most|more|nothing|[A-Z]\w*|\d|will|to|who|why|how|when|what|whether|out(?! of))\b"
)
_ASKED_AFTER = re.compile(r"\s+(?:\S+ ){1,4}(?:to|not to|as)\b")
_TOPIC_AFTER = re.compile(
    r"(?:[Ww]hat|[Hh]ow|[Ww]hy|[Ww]ho|[Ww]here|[Ww]hen|[Ww]hich|an?|the|your|our|in)\b"
)
_TRAILING_SPEAKER = re.compile(r"(?:\s[-–—]|:)\s((?:[\w'’.-]+\s){0,3}[\w'’.-]+)$")
_ACRONYM = re.compile(r"[A-Z]{2,6}$")
_TRAILING_SOURCE = re.compile(r"\s[-–—]\s?(?:[A-Z][\w.'’]*)(?:\s[A-Z][\w.'’]*){0,2}$")
_LEADING_SPEAKER = re.compile(r"^([A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+)?)\s[-–—]\s(?=\S+ \S+ \S+)")
_END = tuple('.!?…"”’)»')


class Words:
    """A sentence as the rules see it: what is in quotation marks is blotted out."""

    def __init__(self, text: str, quoted: Sequence[Quotation]) -> None:
        self.text, self.quoted, self.outside = text, quoted, text
        for q in quoted:
            blot = "_" * (q.end - q.start)
            self.outside = self.outside[: q.start] + blot + self.outside[q.end :]

    @cached_property
    def cue(self) -> int | None:
        """Where the outlet's own words name an act of speech, if they do."""
        low = {word.lower() for word in _WORD.findall(self.outside)}
        if _TRIGGERS.isdisjoint(low):
            return None
        idle = [match.span() for match in _IDLE.finditer(self.outside)]
        for match in _WORD.finditer(self.outside):
            if not any(start <= match.start() < end for start, end in idle) and self._says(match):
                return match.start()
        return self._phrase()

    def _says(self, match: re.Match[str]) -> bool:
        word = match[0].lower()
        before, after = self.outside[: match.start()], self.outside[match.end() :]
        if word in _TABLE["verbs"]:
            return not _DETERMINED.search(before)
        if word in _TABLE["participles"]:
            return before.endswith(", ")
        if word not in _TABLE["doubtful"] or not before.strip():
            return False
        last = before.rstrip()[-1]
        if _NOUN_BEFORE.search(before) or not (last.isalnum() or last in ',_”’"'):
            return False
        if word in {"called", "calls", "call"} and after.startswith(" for "):
            return True
        if word in {"shows", "show", "showed", "suggests", "suggest", "found", "finds", "find"}:
            return not _TABLE["evidence"].isdisjoint(before.lower().split()) or (
                word[0] in "f" and after.startswith(" that")
            )
        if word in {"asked", "asks", "called", "calls", "call", "dismissed", "dismisses", "rejected",
                    "rejects", "put", "puts"}:  # fmt: skip
            return bool(_ASKED_AFTER.match(after)) or " it" in after[:4] or "called it" in after
        aside = ", " in before and (after.startswith(",") or not after.strip(" .!?"))
        return aside or bool(_SAID_AFTER.match(after))

    def _phrase(self) -> int | None:
        match = _PHRASE.search(self.outside)
        if match is None:
            match = _ACCORDING.search(self.outside)
            if match is None or match[1].lower() in _TABLE["unsourced"]:
                return None
        return match.start()

    @property
    def is_headline(self) -> bool:
        """Whether no full stop ends it."""
        return not self.text.rstrip().endswith(_END[:4])


def attributed_span(words: Words) -> tuple[int, int] | None:
    """The characters of the sentence if it is given to a speaker, None if it is the outlet's own."""
    text = words.text
    if words.cue is not None:
        return 0, len(text)
    if not words.is_headline:
        return None
    match = _TRAILING_SPEAKER.search(words.outside)
    if match and (match[1].split()[-1].lower() in _TABLE["speakers"] or _ACRONYM.match(match[1])):
        return 0, match.start()
    if match := _TRAILING_SOURCE.search(words.outside):
        return 0, match.start()
    if match := _LEADING_SPEAKER.match(words.outside):
        return None if match[1].lower() in _TABLE["places"] else (match.end(), len(text))
    if any(_is_fragment(text, q) for q in words.quoted):
        return 0, len(text)
    return _after_colon(words.outside)


def _is_fragment(text: str, q: Quotation) -> bool:
    """A headline's word of somebody: ‘ready’ to host; not an epithet: ‘grave robber’ vessel."""
    following = re.match(r"\s([a-z]+)", text[q.end + 1 :])
    epithet = following is not None and following[1] not in _TABLE["joints"]
    epithet = epithet or bool(re.search(r"['’]s\s$", text[: q.start - 1]))
    return text[q.start : q.start + 1].islower() and not epithet


def _after_colon(text: str) -> tuple[int, int] | None:
    """A headline's claim after its speaker: "Kirby: no aid sent"."""
    head, colon, rest = text.partition(": ")
    names = [word.strip(",'’•*").lower() for word in head.split()]
    names = [name for name in names if name]
    if not colon or not 0 < len(names) <= 6 or names[0] in _TABLE["headings"]:
        return None
    speaks = not _TABLE["speakers"].isdisjoint(names) or " on " in head
    named = all(word[:1].isupper() for word in head.split()) and names[-1] not in _TABLE["places"]
    heading = not _TABLE["headings"].isdisjoint(names) or _TOPIC_AFTER.match(rest)
    if not speaks and (not named or heading):
        return None
    return len(head) + 2, len(text)
