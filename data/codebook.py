"""The codebook: which frames and stances there are, and what they mean."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from framescope.data.errors import InputError, first_problem

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]

#: Columns of a scored archive that belong to the sentence, not to a frame.
SENTENCE_COLUMNS = (
    "article_id", "outlet", "published", "url", "sentence_index",
    "start", "end", "text", "duplicate_of", "abstained",
)  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Frame(_Part):
    """One way to put a topic; ``id`` names its columns everywhere."""

    id: Identifier
    title: str = ""
    definition: str = ""
    excludes: str = ""
    examples: tuple[str, ...] = ()


class Stance(_Part):
    """One stance that a sentence can take toward a frame that is present."""

    id: Identifier
    definition: str = ""


def frame_columns(frame: str) -> tuple[str, str, str, str]:
    """The four columns of ``frame`` in a scored archive."""
    return frame, f"{frame}_probability", f"{frame}_stance", f"{frame}_stance_probability"


class Codebook(_Part):
    """A measuring instrument: frames, stances (none: a frame is just present) and hard cases."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    version: Annotated[int, Field(ge=1)]
    language: str = "en"
    title: str = ""
    unit: str = ""
    frames: Annotated[tuple[Frame, ...], Field(min_length=1)]
    stance: str = ""
    stances: tuple[Stance, ...] = ()
    hard_cases: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Codebook:
        columns = [*SENTENCE_COLUMNS, *(c for f in self.frame_ids for c in frame_columns(f))]
        twice = sorted({name for name in columns if columns.count(name) > 1})
        if twice:
            raise ValueError(f"frame ids give the same column twice: {', '.join(twice)}")
        if len(set(self.stance_ids)) < len(self.stances) or "absent" in self.stance_ids:
            raise ValueError("stance ids must differ from each other and from 'absent'")
        return self

    @property
    def frame_ids(self) -> tuple[str, ...]:
        """Frame ids in the codebook's order."""
        return tuple(frame.id for frame in self.frames)

    @property
    def stance_ids(self) -> tuple[str, ...]:
        """Stance ids in the codebook's order; empty where frames carry no stance."""
        return tuple(stance.id for stance in self.stances)

    @cached_property
    def hash(self) -> str:
        """SHA-256 (64 hex digits) of the content; layout and comments of the YAML do not count."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def __copy__(self) -> Codebook:
        copied = super().__copy__()
        # ``model_copy`` changes the copy afterwards: it has a hash of its own.
        copied.__dict__.pop("hash", None)
        return copied

    @property
    def name(self) -> str:
        """Id, version and the start of the hash, for messages."""
        return f"{self.id} v{self.version} ({self.hash[:12]})"


def load_codebook(path: str | Path | None = None) -> Codebook:
    """Read a codebook from YAML; without a path, the shipped one.

    Raises:
        InputError: The file is missing, not YAML or not a codebook.
    """
    path = Path(path) if path is not None else Path(__file__).parent / "codebook.yaml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Codebook.model_validate(content)
    except FileNotFoundError:
        raise InputError("there is no such codebook", path=path) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"cannot read the codebook: {error}", path=path) from error
    except ValidationError as error:
        problem = first_problem(error)
        raise InputError(problem, path=path, expected="a codebook (docs/formats.md)") from error


def dump_codebook(codebook: Codebook) -> str:
    """The codebook as YAML that ``load_codebook`` reads back to the same hash."""
    return yaml.safe_dump(codebook.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def require_same(expected: Codebook, expected_by: str, found: Codebook, found_in: str) -> None:
    """Refuse to mix labels of two codebooks.

    Raises:
        InputError: The hashes differ; the message names both codebooks and where they are from.
    """
    if expected.hash != found.hash:
        raise InputError(
            f"codebooks differ: {expected_by} has {expected.name}, {found_in} has {found.name}",
            expected="one and the same codebook",
        )
