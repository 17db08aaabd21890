"""All checks of a set of annotations, as one report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from framescope.data.annotations import AnnotatedSentence, parse_annotation
from framescope.data.checks.findings import Finding, start_of
from framescope.data.checks.labels import (
    balance,
    duplicate_ids,
    empty_documents,
    label_conflicts,
)
from framescope.data.checks.leakage import find_leakage
from framescope.data.checks.near import overlaps_within
from framescope.data.checks.overlap import Overlap
from framescope.data.checks.templates import template_groups
from framescope.data.checks.words import MIN_WORDS, words_of
from framescope.data.codebook import Codebook

_Sentences = Sequence[AnnotatedSentence]


@dataclass(frozen=True)
class CheckReport:
    """What the checks of a set of annotations found, errors first."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return all(finding.severity != "error" for finding in self.findings)


def _not_of_codebook(sentences: _Sentences, codebook: Codebook) -> Iterator[Finding]:
    for sentence in sentences:
        try:
            parse_annotation(sentence.model_dump(), codebook)
        except ValueError as error:
            yield Finding("error", str(error), (sentence.id,))


def _may_repeat(sentence: AnnotatedSentence) -> bool:
    """Whether a sentence is short page furniture, which is the same on every page."""
    return not sentence.labels and len(words_of(sentence.text)) < MIN_WORDS


def _copies(pairs: Sequence[Overlap]) -> Iterator[Finding]:
    """One finding for all copies of a text."""
    copies: dict[tuple[str, str], list[str]] = defaultdict(list)
    for pair in pairs:
        copies[pair.left_id, pair.left_text].append(pair.right_id)
    for (id_, text), others in copies.items():
        message = f'{len(others) + 1} rows have the same text: "{start_of(text)}"'
        yield Finding("warning", message, (id_, *others))


def _repeated(sentences: _Sentences) -> Iterator[Finding]:
    """Copies and near copies within the corpus; templates are told in groups."""
    told = [s for s in sentences if not _may_repeat(s)]
    pairs = overlaps_within(told)
    yield from _copies([pair for pair in pairs if pair.kind == "exact"])
    for pair in pairs:
        if pair.kind in {"near", "contained"}:
            one, other = start_of(pair.left_text), start_of(pair.right_text)
            message = f'almost the same ({pair.kind}, {pair.similarity:.2f}): "{one}" and "{other}"'
            yield Finding("warning", message, (pair.left_id, pair.right_id))
    for group in template_groups(told):
        message = f'{len(group.ids)} sentences share a template: "{start_of(group.skeleton)}"'
        yield Finding("warning", message, group.ids)


def _leaked(sentences: _Sentences, name: str, held_out: _Sentences) -> Iterator[Finding]:
    for pair in find_leakage(sentences, held_out):
        how = f"{pair.kind}, {pair.similarity:.2f}"
        message = f'"{start_of(pair.left_text)}" is also in {name} ({how}) as {pair.right_id}'
        yield Finding("error", message, (pair.left_id, pair.right_id))


def check_annotations(
    sentences: _Sentences, codebook: Codebook, against: Sequence[tuple[str, _Sentences]] = ()
) -> CheckReport:
    """Check annotated sentences: labels, ids, documents, repetition, and overlap with others.

    Args:
        sentences: The annotations to check.
        codebook: The codebook they are to follow.
        against: Names and sentences of what must not be in them, such as gold data.

    Returns:
        The findings. Page furniture without frames is no error.
    """
    findings = [
        *_not_of_codebook(sentences, codebook),
        *label_conflicts(sentences),
        *duplicate_ids(sentences),
        *empty_documents(sentences),
        *balance(sentences, codebook),
        *_repeated(sentences),
        *(found for name, others in against for found in _leaked(sentences, name, others)),
    ]
    return CheckReport(tuple(sorted(findings)))
