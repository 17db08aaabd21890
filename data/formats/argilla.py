"""Argilla: records as ``dataset.records.to_json`` writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.article import Reject
from framescope.data.codebook import Codebook
from framescope.data.formats.drafts import NESTED, Draft, Skip, by_sentence, sentences_of
from framescope.data.formats.labels import labels_of
from framescope.data.formats.rows import dump_line, json_list, object_in, objects_in, write_list

#: The question whose answers are the frames; another name will do where it is the only one.
QUESTION = "frames"


def read_argilla(path: Path, codebook: Codebook) -> Iterator[AnnotatedSentence | Reject]:
    """Read one sentence a submitted response; drafts and discarded responses are rejects.

    The text is ``fields.text``; other fields and the metadata are kept. Suggestions and vectors
    are a model's, not an annotator's, and are not read.
    """
    return sentences_of(json_list(path), _drafts, codebook)


def _drafts(record: dict[str, Any]) -> Iterator[Draft | Skip]:
    fields = {**object_in(record, "metadata"), **object_in(record, "fields")}
    fields = {**fields, "id": record.get("id")}
    responses = _responses(record)
    if not responses:
        yield Draft(fields, None)
    for response in responses:
        yield _answer(response, fields)


def _responses(record: dict[str, Any]) -> list[dict[str, Any]]:
    questions = object_in(record, "responses")
    if QUESTION in questions or not questions:
        return objects_in(questions, QUESTION)
    multiple = [name for name in questions if _is_multiple(objects_in(questions, name))]
    if len(multiple) != 1:
        names = ", ".join(questions)
        raise ValueError(f"no question {QUESTION!r}, and no single one with labels: {names}")
    return objects_in(questions, multiple[0])


def _is_multiple(responses: list[dict[str, Any]]) -> bool:
    return any(isinstance(response.get("value"), list) for response in responses)


def _answer(response: dict[str, Any], fields: dict[str, Any]) -> Draft | Skip:
    user, value = response.get("user_id"), response.get("value")
    # Exports before version 2.1 hold no status: they held submitted responses only.
    status = response.get("status") or "submitted"
    if status != "submitted":
        return Skip(f"the response of {user} is {status}, not submitted")
    labels = [value] if isinstance(value, str) else value or []
    if not isinstance(labels, list):
        return Skip(f"the response of {user} is no list of labels: {value!r}")
    return Draft(fields if user is None else {**fields, "annotator": user}, labels)


def write_argilla(path: Path, sentences: Sequence[AnnotatedSentence], _codebook: Codebook) -> None:
    """Write one record a sentence, with one response an annotator."""
    write_list(path, (_record(*group) for group in by_sentence(sentences)))


def _record(fields: dict[str, Any], answers: list[AnnotatedSentence]) -> dict[str, Any]:
    name, text = fields.pop("id"), fields.pop("text")
    # Its metadata hold texts and numbers only.
    nested = {NESTED: dump_line(fields[NESTED])} if NESTED in fields else {}
    responses = [
        {"value": labels_of(s), "user_id": s.annotator, "status": "submitted"} for s in answers
    ]
    return {
        "id": name,
        "fields": {"text": text},
        "metadata": fields | nested,
        "suggestions": {},
        "responses": {QUESTION: responses} if responses else {},
        "vectors": {},
    }
