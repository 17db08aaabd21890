"""Taking in new annotations: what is valid, new, repeated or in conflict with what is there."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from framescope.data.annotations import OTHER_CODEBOOK, AnnotatedSentence
from framescope.data.articles.article import Reject
from framescope.data.checks.words import words_of
from framescope.data.codebook import Codebook
from framescope.data.formats import detect_format, read_format
from framescope.training.retraining.rules import ConflictRule

Labels = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of annotations as it was read."""

    name: str
    form: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A text with labels that differ: in the corpus and in the new annotations, or within these.

    ``settled`` says what was done: the ``old`` or ``new`` label taken, that of the ``majority``,
    the text ``left out``, or all the annotations ``refuse``d.
    """

    id: str
    text: str
    labels: list[Labels]
    settled: str


@dataclass(slots=True)
class Intake:
    """What became of new annotations.

    Attributes:
        files: The files that were read.
        read: Annotated rows in them.
        taken: New sentences with one settled label each.
        corpus: The old sentences and the new ones together, to train on.
        dropped: Rows that are not valid, with the reason.
        duplicates: Ids of rows whose text and labels were there already.
        conflicts: Texts with labels that differ, and how each was settled.
        same: Rows whose text stood in the corpus with the same labels.
        differ: Rows whose text stood in the corpus with other labels.
        renamed: New ids of rows whose own id names another text in the corpus.
        refusals: Why the annotations are not taken at all; empty if they are.
    """

    files: list[NewFile] = field(default_factory=list)
    read: int = 0
    taken: list[AnnotatedSentence] = field(default_factory=list)
    corpus: list[AnnotatedSentence] = field(default_factory=list)
    dropped: list[Reject] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    same: int = 0
    differ: int = 0
    renamed: dict[str, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)


def take_in(
    paths: Sequence[Path],
    corpus: Sequence[AnnotatedSentence],
    codebook: Codebook,
    *,
    conflicts: ConflictRule,
) -> Intake:
    """Read new annotations in any supported format and join them with the corpus.

    Of several annotators the majority settles a sentence; without one it is left out. A text that
    the corpus has with the same labels is a duplicate; with other labels, ``conflicts`` decides.

    Args:
        paths: Files (or datasets folders).
        corpus: The annotated sentences that are there, one row an id.
        codebook: What the labels must be made under.
        conflicts: Whether the old or the new label stays, or the annotations are refused.

    Raises:
        InputError: A file cannot be read, or its format is not clear.
    """
    intake = Intake()
    rows = [s for path in paths for s in _read(path, codebook, intake)]
    intake.read = len(rows)
    _refuse_other_codebook(intake, codebook)
    _join(_settled(rows, intake), corpus, conflicts, intake)
    open_ = [c for c in intake.conflicts if c.settled != "majority"]
    if conflicts == "refuse" and open_:
        n, first = len(open_), open_[0].id
        intake.refusals.append(f"{n} texts have labels that differ, such as {first!r}")
    if not intake.taken and not intake.refusals:
        intake.refusals.append(
            f"nothing new: of {len(rows)} rows {len(intake.duplicates)} stand in the corpus with "
            f"the same labels, {intake.differ} with others, {len(intake.dropped)} are not valid"
        )
    return intake


def _read(path: Path, codebook: Codebook, intake: Intake) -> list[AnnotatedSentence]:
    form = detect_format(path)
    found = read_format(form, path, codebook)
    intake.files.append(NewFile(path.name, form, _sha256(path)))
    intake.dropped.extend(found.dropped)
    return [s for s in found.sentences if s.frames is not None]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _refuse_other_codebook(intake: Intake, codebook: Codebook) -> None:
    """One row of another codebook is enough: the rest may be so too and look right."""
    other = [r for r in intake.dropped if r.reason.startswith(OTHER_CODEBOOK)]
    if other:
        intake.refusals.append(
            f"{len(other)} rows are not labelled under {codebook.name} ({other[0].place}: "
            f"{other[0].reason}); framescope annotations migrate carries labels over by a map"
        )


def _key(sentence: AnnotatedSentence) -> tuple[str, ...]:
    """Equal for texts that differ in case and punctuation alone."""
    return words_of(sentence.text) or (sentence.text,)


def _told(labels: Labels) -> str:
    return json.dumps(labels, sort_keys=True)


def _grouped(
    rows: Iterable[AnnotatedSentence], key: Callable[[AnnotatedSentence], tuple[str, ...]]
) -> list[list[AnnotatedSentence]]:
    groups: dict[tuple[str, ...], list[AnnotatedSentence]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return list(groups.values())


def _settled(rows: Sequence[AnnotatedSentence], intake: Intake) -> list[AnnotatedSentence]:
    """One row a text: the label that most annotations give it, if one leads."""
    settled = []
    for group in _grouped(rows, _key):
        votes = Counter(_told(row.labels) for row in group).most_common(2)
        if len(votes) > 1:
            leads = votes[0][1] > votes[1][1]
            ways = [json.loads(way) for way in sorted({_told(row.labels) for row in group})]
            how = "majority" if leads else "left out"
            intake.conflicts.append(Conflict(group[0].id, group[0].text, ways, how))
            if not leads:
                continue
        chosen = next(row for row in group if _told(row.labels) == votes[0][0])
        settled.append(chosen)
    return settled


def _join(
    rows: Sequence[AnnotatedSentence],
    corpus: Sequence[AnnotatedSentence],
    rule: ConflictRule,
    intake: Intake,
) -> None:
    known = {_key(s): s for s in reversed(corpus)}
    replaced: dict[str, AnnotatedSentence] = {}
    names = {s.id for s in corpus}
    for row in rows:
        old = known.get(_key(row))
        if old is None:
            new = _renamed(row, names, intake)
            names.add(new.id)
            intake.taken.append(new)
        elif old.labels == row.labels:
            intake.same += 1
            intake.duplicates.append(row.id)
        else:
            intake.differ += 1
            intake.conflicts.append(Conflict(row.id, row.text, [old.labels, row.labels], rule))
            if rule == "new":
                replaced[old.id] = row.model_copy(update={"id": old.id, "document": old.document})
    intake.taken.extend(replaced.values())
    kept = [s for s in corpus if s.id not in replaced]
    intake.corpus = [*kept, *intake.taken]


def _renamed(row: AnnotatedSentence, names: set[str], intake: Intake) -> AnnotatedSentence:
    """The row, under a new id (``id~2``, ``id~3``) where its own names another text."""
    if row.id not in names:
        return row
    name = next(f"{row.id}~{i}" for i in range(2, len(names) + 3) if f"{row.id}~{i}" not in names)
    intake.renamed[row.id] = name
    return row.model_copy(update={"id": name})
