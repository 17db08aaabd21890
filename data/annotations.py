"""Annotated sentences: the JSONL form and its checks against a codebook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError, first_problem
from framescope.data.lines import files_of, parsed_lines

#: How a problem starts that says: these labels are not of this codebook.
OTHER_CODEBOOK = ("labelled under codebook", "unknown frame", "unknown stance")


class Sampling(BaseModel):
    """How a sentence came to be drawn from a scored archive.

    Attributes:
        stratum: Name of its stratum; all sentences of a stratum had the same chance.
        inclusion_probability: Chance of being drawn, above 0 and at most 1; None for training,
            where sentences are chosen, not drawn by chance.
        archive: ``ScoredArchive.hash`` of the archive that it was drawn from.
        purpose: Only a sample for estimation may correct figures; the other is for training.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    stratum: str
    inclusion_probability: Annotated[float, Field(gt=0, le=1)] | None = None
    archive: str
    purpose: Literal["estimation", "training"]

    @model_validator(mode="after")
    def _chance_goes_with_purpose(self) -> Self:
        if (self.purpose == "estimation") != (self.inclusion_probability is not None):
            raise ValueError("inclusion_probability: given for estimation, and only there")
        return self


class AnnotatedSentence(BaseModel):
    """One sentence with its labels; fields that are not of the contract are kept as they are.

    ``frames`` maps a present frame to its stance (``None`` in a codebook without stances);
    ``{}`` means annotated and without a frame, ``None`` means not annotated. ``codebook`` is the
    hash, or its start, of the codebook that the labels were made under.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    text: Annotated[str, Field(min_length=1)]
    frames: dict[str, str | None] | None = None
    document: str = ""
    outlet: str | None = None
    published: str | None = None
    url: str | None = None
    annotator: str | None = None
    source: str | None = None
    codebook: str | None = None
    weight: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    sampling: Sampling | None = None

    @field_validator("sampling", mode="before")
    @classmethod
    def _from_json(cls, value: Any) -> Any:
        # Tools whose metadata hold no objects give it back as text.
        return json.loads(value) if isinstance(value, str) else value

    @property
    def group(self) -> str:
        """The document, or the sentence's own id where no document is named."""
        return self.document or self.id

    @property
    def labels(self) -> dict[str, str | None]:
        """The frames of a sentence known to be annotated."""
        return self.frames or {}


def frames_problem(frames: dict[str, str | None] | None, codebook: Codebook) -> str | None:
    """What is wrong with labels under a codebook, in one line; None if nothing is."""
    for frame, stance in (frames or {}).items():
        if frame not in codebook.frame_ids:
            return f"unknown frame {frame!r}; expected one of {', '.join(codebook.frame_ids)}"
        if codebook.stance_ids and stance not in codebook.stance_ids:
            return (
                f"unknown stance {stance!r} of {frame}; expected {', '.join(codebook.stance_ids)}"
            )
        if not codebook.stance_ids and stance is not None:
            return f"stance {stance!r} of {frame}; expected null: this codebook has no stances"
    return None


def parse_annotation(record: Any, codebook: Codebook) -> AnnotatedSentence:
    """Validate one record against the contract and the codebook.

    Raises:
        ValueError: What is wrong, in one line.
    """
    try:
        sentence = AnnotatedSentence.model_validate(record)
    except ValidationError as error:
        raise ValueError(first_problem(error)) from error
    if sentence.codebook and not codebook.hash.startswith(sentence.codebook):
        raise ValueError(f"labelled under codebook {sentence.codebook}; expected {codebook.name}")
    problem = frames_problem(sentence.frames, codebook)
    if problem:
        raise ValueError(problem)
    return sentence


def read_annotations(paths: Iterable[str | Path], codebook: Codebook) -> list[AnnotatedSentence]:
    """Read annotated sentences from JSONL files, or from all ``*.jsonl`` of folders.

    Raises:
        InputError: No file, an empty file, or a row that is not valid (named by file and row).
    """
    sentences: list[AnnotatedSentence] = []
    for path in files_of(paths, suffix=".jsonl"):
        found = list(parsed_lines(path, lambda record: parse_annotation(record, codebook)))
        if not found:
            raise InputError("the file has no annotated sentence", path=path)
        sentences.extend(found)
    return sentences


def annotated_only(sentences: Iterable[AnnotatedSentence]) -> list[AnnotatedSentence]:
    """The sentences that carry labels.

    Raises:
        InputError: None does.
    """
    labelled = [s for s in sentences if s.frames is not None]
    if not labelled:
        raise InputError("no sentence is annotated", expected='a "frames" field in each row')
    return labelled


def frameless_texts(paths: Sequence[Path], codebook: Codebook) -> list[str]:
    """The texts of annotated sentences without a frame.

    Raises:
        InputError: There is none, or a row is broken.
    """
    texts = [s.text for s in annotated_only(read_annotations(paths, codebook)) if not s.labels]
    if not texts:
        raise InputError("no sentence is without a frame", expected='rows with "frames": {}')
    return texts
