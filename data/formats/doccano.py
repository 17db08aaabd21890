"""doccano: the JSONL export of text classification and of sequence labelling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.article import Reject
from framescope.data.codebook import Codebook
from framescope.data.formats.drafts import Draft, Skip, attempt, fields_of, sentences_of
from framescope.data.formats.labels import labels_of
from framescope.data.formats.rows import json_lines, write_lines
from framescope.data.formats.spans import span_fields

#: A span as an object, in the order of its short form.
_SPAN = ("start_offset", "end_offset", "label")
#: Where the labels are: now, in older versions, and with relations between spans.
_ANSWERS = ("label", "labels", "entities")


def read_doccano(path: Path, codebook: Codebook) -> Iterator[AnnotatedSentence | Reject]:
    """Read one record a line; each labelled span is a sentence of its own.

    The annotator is the record's ``annotator`` or ``username``. Doccano itself names nobody in
    a record: it exports a file for each annotator.
    """
    return sentences_of(json_lines(path), _drafts, codebook)


def _drafts(record: dict[str, Any]) -> Iterator[Draft | Skip]:
    if "annotations" in record:
        raise ValueError("annotations by number: expected an export with label texts (doccano 1+)")
    fields = _fields(record)
    labels = next((record[name] for name in _ANSWERS if record.get(name) is not None), None)
    labels = [labels] if isinstance(labels, str) else labels
    if labels is not None and not isinstance(labels, list):
        raise ValueError("label: expected a list")
    if not labels or all(isinstance(label, str) for label in labels):
        yield Draft(fields, labels)
        return
    for (start, end), names in _by_span(labels).items():
        yield attempt(partial(_span_draft, fields, start, end, names))


def _span_draft(fields: dict[str, Any], start: int, end: int, names: list[str]) -> Draft:
    return Draft(span_fields(fields, start, end), names)


def _fields(record: dict[str, Any]) -> dict[str, Any]:
    meta, annotator = record.get("meta"), record.get("annotator", record.get("username"))
    named = (*_ANSWERS, "annotator", "username")
    fields = {k: v for k, v in record.items() if k not in named}
    if isinstance(meta, dict):
        del fields["meta"]
        # Doccano may number the records anew; our own id stands in the metadata.
        fields = {**meta, **fields, **{k: v for k, v in meta.items() if k == "id"}}
    return fields if annotator is None else {**fields, "annotator": annotator}


def _by_span(labels: Iterable[Any]) -> dict[tuple[int, int], list[str]]:
    spans: dict[tuple[int, int], list[str]] = {}
    for label in labels:
        parts = [label.get(k) for k in _SPAN] if isinstance(label, dict) else label
        if not isinstance(parts, list) or len(parts) != len(_SPAN):
            raise ValueError(f"the label {label!r} is neither text nor [start, end, label]")
        start, end, name = parts
        if not (isinstance(start, int) and isinstance(end, int)):
            raise ValueError(f"the span {start!r} to {end!r} is not one of text")  # noqa: TRY004
        spans.setdefault((start, end), []).append(name)
    return spans


def write_doccano(path: Path, sentences: Sequence[AnnotatedSentence], _codebook: Codebook) -> None:
    """Write one answer a line; without ``label`` where nobody annotated."""
    write_lines(path, map(_record, sentences))


def _record(sentence: AnnotatedSentence) -> dict[str, Any]:
    meta = fields_of(sentence)
    record = {"id": meta["id"], "text": meta.pop("text")}
    if sentence.frames is not None:
        record["label"] = labels_of(sentence)
        if sentence.annotator is not None:
            record["annotator"] = sentence.annotator
    return {**record, "meta": meta}
