"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from framescope.data.annotations import AnnotatedSentence, parse_annotation
from framescope.data.articles.article import Reject
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.formats.argilla import read_argilla, write_argilla
from framescope.data.formats.dataset_folder import read_dataset, write_dataset
from framescope.data.formats.doccano import read_doccano, write_doccano
from framescope.data.formats.label_studio import read_label_studio, write_label_studio
from framescope.data.formats.native import read_native, write_native
from framescope.data.formats.prodigy import read_prodigy, write_prodigy
from framescope.data.formats.table import read_table, write_table
from framescope.data.output import require_absent


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is read (lazily, with its rejects) and written (whole or not at all)."""

    read: Callable[[Path, Codebook], Iterator[AnnotatedSentence | Reject]]
    write: Callable[[Path, Sequence[AnnotatedSentence], Codebook], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read: the sentences, and every record or answer not taken, with its reason."""

    sentences: list[AnnotatedSentence]
    dropped: list[Reject]


FORMATS: dict[str, Format] = {
    "native": Format(read_native, write_native),
    "label-studio": Format(read_label_studio, write_label_studio),
    "doccano": Format(read_doccano, write_doccano),
    "argilla": Format(read_argilla, write_argilla),
    "prodigy": Format(read_prodigy, write_prodigy),
    "csv": Format(read_table, write_table),
    "datasets": Format(read_dataset, write_dataset),
}


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise InputError(f"there is no format {name!r}", expected=", ".join(FORMATS))
    return FORMATS[name]


def read_format(
    name: str, path: Path, codebook: Codebook, *, annotator_from_file: bool = False
) -> Imported:
    """Read annotated sentences; the same sentence by several annotators comes several times.

    Args:
        name: One of ``FORMATS``.
        path: File, or folder for ``datasets``.
        codebook: What the labels are checked against.
        annotator_from_file: Whether an annotated sentence that names no annotator is by the one
            whom the file is named after, as in the files of doccano.

    Raises:
        InputError: There is no such format, or the file as a whole cannot be read.
    """
    sentences: list[AnnotatedSentence] = []
    dropped: list[Reject] = []
    for item in _format(name).read(path, codebook):
        if isinstance(item, Reject):
            dropped.append(item)
        else:
            sentences.append(item)
    if not sentences and not dropped:
        raise InputError("there is no record in it", path=path)
    if annotator_from_file:
        sentences = [_signed(s, Path(path.name.removesuffix(".gz")).stem) for s in sentences]
    return Imported(sentences, dropped)


def _signed(sentence: AnnotatedSentence, annotator: str) -> AnnotatedSentence:
    if sentence.frames is None or sentence.annotator is not None:
        return sentence
    return sentence.model_copy(update={"annotator": annotator})


def write_format(
    name: str,
    path: Path,
    sentences: Sequence[AnnotatedSentence],
    codebook: Codebook,
    *,
    overwrite: bool = False,
) -> None:
    """Write sentences whole or not at all, so that ``read_format`` gives them back equal.

    Formats that hold all answers to a sentence in one record bring these together; the others
    keep the order.

    Raises:
        InputError: There is no such format or no sentence, a sentence does not meet the
            codebook, or ``path`` exists and ``overwrite`` is not set.
    """
    chosen = _format(name)
    require_absent(path, overwrite=overwrite)
    if not sentences:
        raise InputError("there is no sentence to write", path=path)
    for sentence in sentences:
        try:
            parse_annotation(sentence.model_dump(), codebook)
        except ValueError as error:
            raise InputError(f"cannot write sentence {sentence.id!r}: {error}") from error
    chosen.write(path, sentences, codebook)
