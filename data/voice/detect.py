"""Whose words a sentence of news is in: the outlet's own, a quotation, or a speaker's told by it.

By rules over quotation marks and a table of verbs (``table.yaml``). The voice is that of the
sentence's main claim: a name or a term in quotation marks does not make a quotation, and a
reported claim with a few words of it in quotation marks is attributed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from framescope.data.voice.attribution import Words
from framescope.data.voice.headlines import claim_of
from framescope.data.voice.quotes import Quotation, quotations

Voice = Literal["own", "quoted", "attributed"]
VOICES: tuple[Voice, ...] = get_args(Voice)

#: A quotation of so many words at the start of a sentence is a claim, whatever follows it.
_CLAIM = 5


@dataclass(frozen=True, slots=True)
class Spoken:
    """The voice of a sentence; ``start`` and ``end`` are the characters of what another says.

    In the outlet's own voice the span is empty.
    """

    voice: Voice
    start: int = 0
    end: int = 0


def voices(sentences: Sequence[str], wanted: Sequence[int] | None = None) -> list[Spoken]:
    """The voice of sentences of one article.

    Args:
        sentences: All of them in order, the title first: a quotation may begin in one and end in
            another.
        wanted: Places of those whose voice is asked for; all if None.
    """
    found = quotations(sentences)
    places = range(len(sentences)) if wanted is None else wanted
    return [_voice(sentences[i], found[i]) for i in places]


def _voice(text: str, quoted: Sequence[Quotation]) -> Spoken:
    words = Words(text, quoted)
    direct = [q for q in quoted if q.carried or _is_direct(text, q, words)]
    if direct:
        longest = max(direct, key=lambda q: q.end - q.start)
        return Spoken("quoted", longest.start, longest.end)
    if words.names_speech:
        return Spoken("attributed", 0, len(text))
    claim = claim_of(words) if words.is_headline else None
    return Spoken("own") if claim is None else Spoken("attributed", *claim)


def _is_direct(text: str, q: Quotation, words: Words) -> bool:
    """Whether a quotation is speech: it stands for itself, not inside the outlet's clause."""
    before, after = text[: q.start - 1].rstrip(), text[q.end + 1 :].lstrip()
    inside = text[q.start : q.end].strip()
    count = len(inside.split())
    if not before and (not after.strip(".!?") or after.startswith(":")):
        return count > 1 or inside[-1:] in ".!?,"
    if before.endswith(":"):
        return count > 1 or inside[-1:] in ".!?"
    if before and before[-1] not in ',;.!?—–-"”’':
        return False
    if not before and inside[-1:] in "?!" and count > 2:  # noqa: PLR2004  (more than a cry)
        return True
    ended = inside[-1:] in tuple(".,!?…;—–") or after[:1] == ","
    if ended and (words.names_speech or (count >= _CLAIM and not before)):
        return count > 1 or inside[-1:] in tuple(".,!?…")
    return not before and count >= _CLAIM
