"""Carrying labels over to a new version of a codebook, by a map that says what became of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError, first_problem

Labels = dict[str, str | None]


class MigrationMap(BaseModel):
    """What became of each frame of an old codebook in a new one.

    A frame that keeps its id and is not named keeps its meaning. ``rename``: old id to new.
    ``merge``: new id to the old ones that it joins. ``split``: old id to the new ones that share
    its sentences. ``new``: frames that were not there; ``absent`` says that no old sentence has
    one, ``annotate`` that somebody must look. ``drop``: old frames that are gone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    old: str = Field(alias="from")
    to: str
    rename: dict[str, str] = Field(default_factory=dict)
    merge: dict[str, list[str]] = Field(default_factory=dict)
    split: dict[str, list[str]] = Field(default_factory=dict)
    new: dict[str, Literal["absent", "annotate"]] = Field(default_factory=dict)
    drop: list[str] = Field(default_factory=list)

    @property
    def moved(self) -> list[str]:
        """The old frames that the map names."""
        joined = [frame for frames in self.merge.values() for frame in frames]
        return [*self.rename, *joined, *self.split, *self.drop]

    @property
    def made(self) -> list[str]:
        """The new frames that the map names."""
        parts = [frame for frames in self.split.values() for frame in frames]
        return [*self.rename.values(), *self.merge, *parts, *self.new]


@dataclass(slots=True)
class Migrated:
    """Sentences under the new codebook, and those that must be annotated again.

    ``to_annotate`` have no ``frames``; the field ``carried`` holds the labels that could be carried
    over, and ``asked`` the new frames to decide about.
    """

    carried: list[AnnotatedSentence] = field(default_factory=list)
    to_annotate: list[AnnotatedSentence] = field(default_factory=list)


def load_map(path: Path, old: Codebook, new: Codebook) -> MigrationMap:
    """Read a map (YAML) and check that it accounts for every frame of both codebooks.

    Raises:
        InputError: It is no map, is of other codebooks, names what is not there, leaves a frame
            open or names it twice, or the stances of the codebooks differ.
    """
    try:
        found = MigrationMap.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise InputError("there is no such map", path=path) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"cannot read the map: {error}", path=path) from error
    except ValidationError as error:
        wish = "a migration map (docs/formats.md)"
        raise InputError(first_problem(error), path=path, expected=wish) from error
    for name, told, book in (("from", found.old, old), ("to", found.to, new)):
        if len(told) < 8 or not book.hash.startswith(told):  # noqa: PLR2004  (as good as unique)
            raise InputError(f"{name}: {told} is not {book.name}", path=path)
    if old.stance_ids != new.stance_ids:
        raise InputError("the codebooks have different stances: annotate again", path=path)
    if problem := _problem(found, old, new):
        raise InputError(problem, path=path)
    return found


def _problem(found: MigrationMap, old: Codebook, new: Codebook) -> str | None:
    """What a map names wrongly, twice or not at all."""
    kept = [f for f in old.frame_ids if f not in found.moved]
    for side, named, book in (
        ("old", [*found.moved, *kept], old),
        ("new", [*found.made, *kept], new),
    ):
        for frame in named:
            if frame not in book.frame_ids:
                return f"{frame!r} is no frame of the {side} codebook {book.name}"
            if named.count(frame) > 1:
                return f"{frame!r} of the {side} codebook is named twice"
        for frame in book.frame_ids:
            if frame not in named:
                return f"the map does not say what {frame!r} of the {side} codebook is"
    return None


def migrate(
    sentences: Sequence[AnnotatedSentence], mapping: MigrationMap, new: Codebook
) -> Migrated:
    """Carry labels over where the map decides them; the rest is to be annotated again.

    A sentence with a frame that was split, with merged frames of different stances, or before a
    new frame that the map does not call absent, cannot be carried over as a whole.

    Args:
        sentences: Annotated under the old codebook; without labels they are left as they are.
        mapping: From ``load_map``.
        new: The new codebook.
    """
    result = Migrated()
    for sentence in sentences:
        labels, asked = _carried(sentence.labels, mapping)
        if sentence.frames is not None and not asked:
            update = {"frames": labels, "codebook": new.hash[:12]}
            result.carried.append(sentence.model_copy(update=update))
            continue
        fields = sentence.model_dump(
            exclude={"frames", "codebook", "annotator"}, exclude_unset=True
        )
        told = {} if sentence.frames is None else {"carried": labels, "asked": asked}
        result.to_annotate.append(AnnotatedSentence.model_validate(fields | told))
    return result


def _carried(labels: Labels, mapping: MigrationMap) -> tuple[Labels, list[str]]:
    """The labels that are decided under the new codebook, and the frames that are not."""
    moved = set(mapping.moved)
    kept = {f: s for f, s in labels.items() if f in mapping.rename or f not in moved}
    found = {mapping.rename.get(frame, frame): stance for frame, stance in kept.items()}
    asked = [frame for frame, rule in mapping.new.items() if rule == "annotate"]
    for frame, parts in mapping.merge.items():
        stances = {labels[part] for part in parts if part in labels}
        if len(stances) == 1:
            found[frame] = stances.pop()
        elif stances:
            asked.append(frame)
    for frame, parts in mapping.split.items():
        if frame in labels:
            asked.extend(parts)
    return found, asked
