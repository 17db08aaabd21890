"""Faults of labels, ids and documents: checks that need no comparison of texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import TypeVar

from framescope.data.annotations import AnnotatedSentence
from framescope.data.checks.findings import Finding, start_of
from framescope.data.checks.words import words_of
from framescope.data.codebook import Codebook

#: A document above this share of the corpus weighs too much in every split.
_CORPUS_SHARE = 0.05
#: Above this share of a frame and stance, the cell is about one document.
_CELL_SHARE = 0.5

_Sentences = Sequence[AnnotatedSentence]
_Key = TypeVar("_Key", bound=Hashable)
_Cell = tuple[str, str | None]


def _groups(pairs: Iterator[tuple[_Key, AnnotatedSentence]]) -> dict[_Key, list[AnnotatedSentence]]:
    groups: dict[_Key, list[AnnotatedSentence]] = defaultdict(list)
    for key, sentence in pairs:
        groups[key].append(sentence)
    return groups


def _ids(sentences: _Sentences) -> tuple[str, ...]:
    return tuple(sorted({s.id for s in sentences}))


def _labels(sentence: AnnotatedSentence) -> str:
    cells = sorted(f"{frame} {stance or ''}".strip() for frame, stance in sentence.labels.items())
    return ", ".join(cells) or "no frame"


def label_conflicts(sentences: _Sentences) -> Iterator[Finding]:
    """Texts of the same words that one annotator labelled in more than one way.

    Annotators who disagree are no conflict: that is what agreement measures.
    """
    known = ((words_of(s.text), s) for s in sentences if s.frames is not None)
    rows = (((words, s.annotator), s) for words, s in known if words)
    for group in _groups(rows).values():
        ways = sorted({_labels(s) for s in group})
        if len(ways) > 1:
            text = start_of(min(s.text for s in group))
            message = f'the same text is labelled {" / ".join(ways)}: "{text}"'
            yield Finding("error", message, _ids(group))


def duplicate_ids(sentences: _Sentences) -> Iterator[Finding]:
    """Ids that name two rows of one annotator, or two texts."""
    for id_, group in _groups((s.id, s) for s in sentences).items():
        texts = len({s.text for s in group})
        rows = max(Counter(s.annotator for s in group).values())
        if texts > 1:
            yield Finding("error", f"id {id_!r} names {texts} different texts", (id_,))
        elif rows > 1:
            yield Finding("error", f"id {id_!r} names {rows} rows of one annotator", (id_,))


def empty_documents(sentences: _Sentences) -> Iterator[Finding]:
    """Sentences that name no document, and texts without a word that are said to have a frame."""
    homeless = [s for s in sentences if not s.document.strip()]
    if homeless:
        message = f"no document is named in {len(homeless)} rows: splits take each as its own"
        yield Finding("warning", message, _ids(homeless))
    for sentence in sentences:
        if sentence.labels and not words_of(sentence.text):
            message = f"a text without a word has a frame: {start_of(sentence.text)!r}"
            yield Finding("error", message, (sentence.id,))


def _too_large(sentences: _Sentences, share: float, what: str) -> Iterator[Finding]:
    """Documents that hold more than ``share`` of ``sentences``."""
    for document, group in sorted(_groups((s.group, s) for s in sentences).items()):
        if len(group) > share * len(sentences):
            held = f"{len(group)} of {len(sentences)} ({len(group) / len(sentences):.0%})"
            yield Finding("warning", f"document {document!r} holds {held} of {what}", _ids(group))


def balance(sentences: _Sentences, codebook: Codebook) -> Iterator[Finding]:
    """Documents that hold over 5 % of the corpus or over half of a cell, and cells without a row.

    A cell is a frame with a stance, or a frame where the codebook has no stances.
    """
    yield from _too_large(sentences, _CORPUS_SHARE, "the corpus")
    stances: tuple[str | None, ...] = codebook.stance_ids or (None,)
    cells: dict[_Cell, list[AnnotatedSentence]] = _groups(
        (cell, s) for s in sentences for cell in s.labels.items()
    )
    for frame in codebook.frame_ids:
        for stance in stances:
            name = f"{frame} {stance or ''}".strip()
            if rows := cells.get((frame, stance), []):
                yield from _too_large(rows, _CELL_SHARE, name)
            else:
                yield Finding("warning", f"no sentence has {name}", ())
