"""Behavioural test cases: what a classifier should do with small groups of texts, by capability.

The kinds of test are those of CheckList (Ribeiro et al. 2020, "Beyond Accuracy").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from framescope.data.annotations import AnnotatedSentence, frames_problem
from framescope.data.codebook import Codebook, Identifier, load_codebook
from framescope.data.corpus_files import SHIPPED_CASES
from framescope.data.errors import InputError, first_problem
from framescope.data.lines import files_of, parsed_lines

Kind = Literal["minimum_functionality", "invariance", "direction"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CaseText(_Part):
    """A text and the labels that are right for it, as in an annotated sentence."""

    text: Annotated[str, Field(min_length=1)]
    frames: dict[str, str | None]


class Move(_Part):
    """Where P(frame), or P(frame and stance), must go from a case's first text to its second."""

    frame: str
    stance: str | None = None
    direction: Literal["up", "down"]


class BehaviourCase(_Part):
    """Texts that test one capability together.

    ``minimum_functionality``: each text must be decided as labelled. ``invariance``: the first
    text is the original; its variants must be decided as it is. ``direction``: from the first text
    to the second, probabilities must make the ``moves``.
    """

    id: Annotated[str, Field(min_length=1)]
    capability: Identifier
    kind: Kind
    texts: Annotated[tuple[CaseText, ...], Field(min_length=1)]
    moves: tuple[Move, ...] = ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> BehaviourCase:
        if self.kind == "direction" and (len(self.texts) != 2 or not self.moves):  # noqa: PLR2004
            raise ValueError("expected two texts and at least one move for a test of direction")
        if self.kind != "direction" and self.moves:
            raise ValueError(f"moves belong to tests of direction, not of {self.kind}")
        moved = Counter((m.frame, m.stance) for m in self.moves)
        for (frame, stance), times in moved.items():
            if times > 1:
                name = f"{frame} {stance}" if stance else frame
                raise ValueError(f"{times} moves of {name}; expected one for a frame and stance")
        if self.kind == "invariance":
            if len(self.texts) == 1:
                raise ValueError("expected an original and at least one variant for invariance")
            if any(text.frames != self.texts[0].frames for text in self.texts):
                raise ValueError("expected the same frames for the original and its variants")
        return self

    @property
    def sentences(self) -> list[AnnotatedSentence]:
        """The texts as annotated sentences, the case as their document."""
        return [
            AnnotatedSentence(id=f"{self.id}.{n}", document=self.id, **text.model_dump())
            for n, text in enumerate(self.texts, start=1)
        ]


class _Parser:
    """Checks row by row, and rows against those before."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._ids: set[str] = set()
        self._kinds: dict[str, Kind] = {}

    def __call__(self, record: Any) -> BehaviourCase:
        try:
            case = BehaviourCase.model_validate(record)
        except ValidationError as error:
            raise ValueError(first_problem(error)) from error
        labels = [t.frames for t in case.texts]
        # A move may leave the stance open; an annotation may not.
        labels += [{m.frame: m.stance} for m in case.moves if m.stance is not None]
        unknown = {m.frame for m in case.moves} - set(self._codebook.frame_ids)
        problems = [frames_problem(frames, self._codebook) for frames in labels]
        problems += [f"unknown frame {frame!r} in a move" for frame in sorted(unknown)]
        if problem := next(filter(None, problems), None):
            raise ValueError(problem)
        if case.id in self._ids:
            raise ValueError(f"the id {case.id!r} is taken by an earlier row; expected its own")
        kind = self._kinds.setdefault(case.capability, case.kind)
        if kind != case.kind:
            raise ValueError(f"kind {case.kind} of {case.capability}; expected {kind} as before")
        self._ids.add(case.id)
        return case


def read_cases(paths: Iterable[str | Path], codebook: Codebook) -> list[BehaviourCase]:
    """Read cases from JSONL files, or from all ``*.jsonl`` of folders.

    Raises:
        InputError: No file, an empty file, or a row that is not valid (named by file and row).
    """
    parse = _Parser(codebook)
    cases: list[BehaviourCase] = []
    for path in files_of(paths, suffix=".jsonl"):
        found = list(parsed_lines(path, parse))
        if not found:
            raise InputError("the file has no case", path=path)
        cases.extend(found)
    return cases


def shipped_cases(codebook: Codebook) -> list[BehaviourCase]:
    """The shipped cases, for a bundle of the shipped codebook.

    Raises:
        InputError: The codebook is another one.
    """
    own = load_codebook()
    if codebook.hash != own.hash:
        problem = f"the shipped cases are for codebook {own.name}, the bundle has {codebook.name}"
        raise InputError(problem, expected="--capabilities FILE with cases under its codebook")
    return read_cases([SHIPPED_CASES], own)
