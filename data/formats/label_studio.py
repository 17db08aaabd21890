"""Label Studio: tasks of the JSON export (https://labelstud.io/guide/export)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.article import Reject
from framescope.data.codebook import Codebook
from framescope.data.formats.drafts import Draft, Skip, attempt, by_sentence, sentences_of
from framescope.data.formats.label_studio_results import Region, labels_in, split_results
from framescope.data.formats.labels import labels_of
from framescope.data.formats.rows import json_list, object_in, objects_in, write_list
from framescope.data.formats.spans import span_fields


def read_label_studio(path: Path, codebook: Codebook) -> Iterator[AnnotatedSentence | Reject]:
    """Read the tasks of a JSON export, one sentence an annotation or an annotated text region.

    The text is ``data.text``; other fields of ``data`` are kept. Cancelled annotations are
    rejects; times and other bookkeeping of the tool are not kept.
    """
    return sentences_of(json_list(path), partial(_drafts, codebook=codebook), codebook)


def _drafts(task: dict[str, Any], codebook: Codebook) -> Iterator[Draft | Skip]:
    data = object_in(task, "data")
    if not data:
        raise ValueError("no data: expected a task of the JSON export (not JSON-MIN)")
    fields = {"id": task.get("id"), **data}
    # Exports before version 1.0 say completions.
    annotations = objects_in(task, "annotations") or objects_in(task, "completions")
    if not annotations:
        yield Draft(fields, None)
    for annotation in annotations:
        if annotation.get("was_cancelled") or annotation.get("skipped"):
            yield Skip(f"annotation {annotation.get('id')} was cancelled by the annotator")
            continue
        yield from _answers(annotation, fields, codebook)


def _answers(
    annotation: dict[str, Any], fields: dict[str, Any], codebook: Codebook
) -> Iterator[Draft | Skip]:
    annotator = _annotator(annotation.get("completed_by"))
    fields = fields if annotator is None else {**fields, "annotator": annotator}
    try:
        whole, regions = split_results(objects_in(annotation, "result"))
    except ValueError as error:
        yield Skip(f"annotation {annotation.get('id')}: {error}")
        return
    # A task with labelled regions is a document; it is a sentence too only if labelled as one.
    if whole or not regions:
        yield attempt(lambda: Draft(fields, labels_in(whole, codebook)))
    for region in regions:
        yield attempt(partial(_region_draft, region, fields, codebook))


def _region_draft(region: Region, fields: dict[str, Any], codebook: Codebook) -> Draft:
    marked = span_fields(fields, region.start, region.end, region.quote)
    return Draft(marked, labels_in(region.results, codebook))


def _annotator(completed_by: Any) -> Any:
    if isinstance(completed_by, dict):
        return completed_by.get("email", completed_by.get("id"))
    return completed_by


def write_label_studio(
    path: Path, sentences: Sequence[AnnotatedSentence], _codebook: Codebook
) -> None:
    """Write one task a sentence, with one annotation an annotator."""
    groups = enumerate(by_sentence(sentences), start=1)
    write_list(path, (_task(number, *group) for number, group in groups))


def _task(number: int, fields: dict[str, Any], answers: list[AnnotatedSentence]) -> dict[str, Any]:
    annotations = [_annotation(f"{number}-{i}", s) for i, s in enumerate(answers, start=1)]
    return {"id": number, "data": fields, "annotations": annotations, "predictions": []}


def _annotation(name: str, sentence: AnnotatedSentence) -> dict[str, Any]:
    choices = {"choices": labels_of(sentence)}
    place = {"id": name, "from_name": "frames", "to_name": "text", "type": "choices"}
    result = [{**place, "value": choices}] if sentence.labels else []
    annotation = {"result": result, "was_cancelled": False, "ground_truth": False}
    if sentence.annotator is not None:
        annotation["completed_by"] = _completed_by(sentence.annotator)
    return annotation


def _completed_by(annotator: str) -> Any:
    """The form that Label Studio imports: the number of a user, else the email address."""
    is_number = annotator.isascii() and annotator.isdigit() and not annotator.startswith("0")
    return int(annotator) if is_number and len(annotator) < 10 else {"email": annotator}  # noqa: PLR2004
