"""From the records of a tool to annotated sentences, and from sentences to a tool's fields."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from framescope.data.annotations import AnnotatedSentence, parse_annotation
from framescope.data.articles.article import Reject
from framescope.data.codebook import Codebook
from framescope.data.formats.labels import frames_of
from framescope.data.formats.rows import Row, dump_line

#: Fields of the contract; all others of a sentence are kept as they are.
CONTRACT = tuple(AnnotatedSentence.model_fields)
#: The one field besides frames that no cell of a table can hold.
NESTED = "sampling"
_TEXTS = frozenset(CONTRACT) - {"text", "frames", "weight", NESTED}


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence before it is checked; ``labels`` is None where nobody annotated it."""

    fields: dict[str, Any]
    labels: Sequence[Any] | None

    def finish(self, codebook: Codebook) -> AnnotatedSentence:
        """The sentence. Without an id it gets one from its text, the same for every annotator.

        Raises:
            ValueError: It does not meet the contract or the codebook.
        """
        fields = {k: _as_text(k, v) for k, v in self.fields.items() if _is_told(k, v)}
        fields["frames"] = None if self.labels is None else frames_of(self.labels)
        if "id" not in fields:
            fields["id"] = hashlib.sha256(dump_line(fields.get("text")).encode()).hexdigest()[:16]
        return parse_annotation(fields, codebook)


@dataclass(frozen=True, slots=True)
class Skip:
    """An answer that is not to be taken, and why."""

    reason: str


def attempt(make: Callable[[], Draft]) -> Draft | Skip:
    """A draft, or why it cannot be made, so that one fault leaves the other answers of a row."""
    try:
        return make()
    except ValueError as error:
        return Skip(str(error))


def _is_told(name: str, value: Any) -> bool:
    # A null in a field of the contract says that it is not set; in another field it is content.
    return value is not None or name not in CONTRACT


def _as_text(name: str, value: Any) -> Any:
    # Tools number their records and users; the contract names them by text.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if name in _TEXTS and is_number else value


def sentences_of(
    rows: Iterable[Row | Reject],
    drafts: Callable[[dict[str, Any]], Iterable[Draft | Skip]],
    codebook: Codebook,
) -> Iterator[AnnotatedSentence | Reject]:
    """The sentences of all rows; one faulty answer leaves the others of its row."""
    for row in rows:
        if isinstance(row, Reject):
            yield row
            continue
        try:
            for draft in drafts(row.record):
                yield _checked(draft, row, codebook)
        except ValueError as error:
            yield row.reject(str(error))


def _checked(draft: Draft | Skip, row: Row, codebook: Codebook) -> AnnotatedSentence | Reject:
    if isinstance(draft, Skip):
        return row.reject(draft.reason)
    try:
        return draft.finish(codebook)
    except ValueError as error:
        return row.reject(str(error))


def fields_of(sentence: AnnotatedSentence) -> dict[str, Any]:
    """The fields of a sentence without its answer: frames, and the annotator who gave them."""
    answer = {"frames"} if sentence.frames is None else {"frames", "annotator"}
    return sentence.model_dump(exclude_defaults=True, exclude=answer)


def by_sentence(
    sentences: Iterable[AnnotatedSentence],
) -> list[tuple[dict[str, Any], list[AnnotatedSentence]]]:
    """Fields of each sentence with all answers to it, in the order of the first answer.

    A sentence that is not annotated stands for itself, with no answer.
    """
    groups: dict[str, tuple[dict[str, Any], list[AnnotatedSentence]]] = {}
    for number, sentence in enumerate(sentences):
        fields = fields_of(sentence)
        if sentence.frames is None:
            groups[f"{number}"] = (fields, [])
        else:
            # Braces keep the keys of both kinds apart.
            groups.setdefault(dump_line(fields), (fields, []))[1].append(sentence)
    return list(groups.values())
