"""Prodigy: JSONL of ``db-out`` for text classification, by choice or one label at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.article import Reject
from framescope.data.codebook import Codebook
from framescope.data.formats.drafts import Draft, fields_of
from framescope.data.formats.labels import all_labels, labels_of
from framescope.data.formats.rows import Row, json_lines, list_in, write_lines

#: Fields of a task that are the tool's, not the sentence's; so are all with a leading underscore.
_TOOL = frozenset({"accept", "answer", "config", "html", "label", "meta", "options", "priority",
                   "score", "spans", "tokens"})  # fmt: skip


def read_prodigy(path: Path, codebook: Codebook) -> Iterator[AnnotatedSentence | Reject]:
    """Read the answered tasks; ignored tasks, and choices that were rejected, are rejects.

    Tasks with a single ``label`` are joined into one sentence for the same input and annotator:
    accepted labels are its frames, rejected ones are not, and neither are those never asked.
    """
    for rows in _joined(json_lines(path)):
        if isinstance(rows, Reject):
            yield rows
            continue
        try:
            yield _draft([row.record for row in rows]).finish(codebook)
        except ValueError as error:
            yield from (row.reject(str(error)) for row in rows)


def _joined(rows: Iterable[Row | Reject]) -> list[list[Row] | Reject]:
    """Rows that make one sentence, in the order of their first row."""
    groups: dict[object, list[Row] | Reject] = {}
    for number, row in enumerate(rows):
        if isinstance(row, Reject):
            groups[number] = row
        elif row.record.get("answer") == "ignore":
            groups[number] = row.reject("the annotator ignored it")
        else:
            group = groups.setdefault(_key(row.record) or number, [])
            if isinstance(group, list):
                group.append(row)
    return list(groups.values())


def _key(record: dict[str, Any]) -> str | None:
    """What joins binary answers; a choice is whole in itself."""
    if "label" not in record or "accept" in record or "answer" not in record:
        return None
    return f"{record.get('_input_hash', record.get('text'))!r} {_annotator(record)!r}"


def _annotator(record: dict[str, Any]) -> Any:
    return record.get("_annotator_id", record.get("_session_id"))


def _draft(records: list[dict[str, Any]]) -> Draft:
    first = records[0]
    meta, annotator = first.get("meta"), _annotator(first)
    fields = {k: v for k, v in first.items() if k not in _TOOL and not k.startswith("_")}
    if isinstance(meta, dict):
        fields = {**meta, **fields}
    fields.setdefault("id", first.get("_input_hash"))
    if annotator is not None:
        fields["annotator"] = annotator
    return Draft(fields, _labels(records))


def _labels(records: list[dict[str, Any]]) -> list[Any] | None:
    first = records[0]
    if "answer" not in first:
        return None
    if _key(first) is None:
        if first["answer"] != "accept":
            raise ValueError(f"the answer is {first['answer']!r}, not 'accept'")
        return list_in(first, "accept")
    answers: dict[str, Any] = {}
    for record in records:
        label, answer = str(record["label"]), record["answer"]
        if answer not in {"accept", "reject"}:
            raise ValueError(f"the answer is {answer!r}, not 'accept' or 'reject'")
        if answers.setdefault(label, answer) != answer:
            raise ValueError(f"{label} is accepted and rejected by the same annotator")
    return [label for label, answer in answers.items() if answer == "accept"]


def write_prodigy(path: Path, sentences: Sequence[AnnotatedSentence], codebook: Codebook) -> None:
    """Write one choice task a line; without an answer where nobody annotated."""
    options = [{"id": label, "text": label} for label in all_labels(codebook)]
    write_lines(path, (_task(s, options) for s in sentences))


def _task(sentence: AnnotatedSentence, options: list[dict[str, str]]) -> dict[str, Any]:
    meta = fields_of(sentence)
    task = {"text": meta.pop("text"), "options": options, "meta": meta, "_view_id": "choice"}
    if sentence.frames is None:
        return task
    task |= {"accept": labels_of(sentence), "answer": "accept"}
    if sentence.annotator is not None:
        task |= {"_annotator_id": sentence.annotator, "_session_id": sentence.annotator}
    return task
