"""Hugging Face ``datasets`` on disk, as ``save_to_disk`` writes them."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from framescope.data.annotations import AnnotatedSentence
from framescope.data.articles.article import Reject
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.data.features import to_dataset
from framescope.data.formats.columns import META, refuse_frames_named_like_fields
from framescope.data.formats.drafts import CONTRACT, NESTED, Draft, sentences_of
from framescope.data.formats.rows import Row, dump_line
from framescope.data.output import whole_folder

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


def read_dataset(path: Path, codebook: Codebook) -> Iterator[AnnotatedSentence | Reject]:
    """Read a dataset with a ``ClassLabel`` for each frame; of several splits, all.

    The names of the classes count, not their order. A sentence from a split keeps its name in
    the field ``split``.

    Raises:
        InputError: The folder is no dataset, or a frame has no column of classes.
    """
    loaded = _load(path)
    # A lone dataset has no splits, and is not a mapping.
    splits = {None: loaded} if not isinstance(loaded, dict) else loaded
    for split, dataset in splits.items():
        place = path.name if split is None else f"{path.name}/{split}"
        classes = {frame: _class_names(dataset, frame, path) for frame in codebook.frame_ids}
        extra = {} if split is None else {"split": split}
        rows = (Row({**r, **extra}, f"{place}:{n}") for n, r in enumerate(dataset, start=1))
        yield from sentences_of(rows, partial(_drafts, classes=classes), codebook)


def _library(path: Path) -> ModuleType:
    try:
        return importlib.import_module("datasets")
    except ImportError as error:
        wish = "pip install 'framescope[train]'"
        raise InputError("datasets is not installed", path=path, expected=wish) from error


def _load(path: Path) -> Dataset | DatasetDict:
    try:
        return _library(path).load_from_disk(str(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        wish = "a folder written by save_to_disk"
        raise InputError(f"cannot read it: {error}", path=path, expected=wish) from error


def _class_names(dataset: Dataset, frame: str, path: Path) -> list[str]:
    feature = dataset.features.get(frame)
    names: list[str] | None = getattr(feature, "names", None)
    if names is None:
        found = ", ".join(dataset.features)
        raise InputError(f"no ClassLabel column {frame!r}; found: {found}", path=path)
    return names


def _drafts(record: dict[str, Any], classes: dict[str, list[str]]) -> Iterator[Draft]:
    fields = {k: v for k, v in record.items() if k not in classes}
    meta = fields.get(META)
    if isinstance(meta, str) and meta.startswith("{"):
        del fields[META]
        fields |= json.loads(meta)
    codes = {frame: record[frame] for frame in classes}
    yield Draft(fields, _labels(codes, classes))


def _labels(codes: dict[str, int | None], classes: dict[str, list[str]]) -> list[str] | None:
    if any(code is None or code < 0 for code in codes.values()):
        return None
    found = {frame: classes[frame][code] for frame, code in codes.items() if code is not None}
    told = {frame: name for frame, name in found.items() if name != "absent"}
    return [frame if name == "present" else f"{frame}:{name}" for frame, name in told.items()]


def write_dataset(path: Path, sentences: Sequence[AnnotatedSentence], codebook: Codebook) -> None:
    """Write the features of the contract, with other fields as JSON in a column ``meta``.

    Raises:
        InputError: A frame has the name of a field of the sentence, or ``path`` is something
            other than a dataset, which is not written over.
    """
    refuse_frames_named_like_fields(codebook, path)
    if path.exists() and not is_dataset(path):
        raise InputError("it is not a dataset", path=path, expected="another place")
    dataset = _table(sentences, codebook, _library(path).Value)
    with (
        whole_folder(path, overwrite=True, marker="state.json") as folder,
        _no_progress(_library(path)),
    ):
        dataset.save_to_disk(str(folder))


def is_dataset(path: Path) -> bool:
    """Whether a folder looks like one that ``save_to_disk`` wrote."""
    return any((path / mark).is_file() for mark in ("state.json", "dataset_dict.json"))


def _table(sentences: Sequence[AnnotatedSentence], codebook: Codebook, value: Any) -> Dataset:
    dataset = to_dataset(sentences, codebook)
    # Weights of the contract are 32-bit, which would round those of the sentences.
    weights = [sentence.weight for sentence in sentences]
    dataset = dataset.remove_columns("weight")
    dataset = dataset.add_column("weight", weights, feature=value("float64"))
    meta = [dump_line(_without_column(s)) for s in sentences]
    return dataset.add_column(META, meta, feature=value("string"))


@contextmanager
def _no_progress(library: ModuleType) -> Iterator[None]:
    """Hold back the bars of datasets, which would also show in a pipe."""
    if library.are_progress_bars_disabled():
        yield
        return
    library.disable_progress_bars()
    try:
        yield
    finally:
        library.enable_progress_bars()


def _without_column(sentence: AnnotatedSentence) -> dict[str, Any]:
    fields = sentence.model_dump(exclude=set(CONTRACT) - {NESTED})
    return {k: v for k, v in fields.items() if k != NESTED or v is not None}
