"""The history of a registry: one file an entry, the last of which says what is current."""

from __future__ import annotations

import getpass
import platform
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from framescope.data.errors import InputError, first_problem
from framescope.models.registry.store import Store

_FOLDER = "history"


class Entry(BaseModel):
    """One change of the current bundle.

    Attributes:
        action: What was done.
        before: Hash of the bundle that was current; None at the first.
        after: Hash of the bundle that is current from here on.
        decision: Id of the decision record in the registry.
        forced: Why it was done against the record, or without one.
        note: Why, in the words of who did it.
        when: ISO 8601, UTC.
        who: User and machine.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Literal["promote", "rollback"]
    before: str | None
    after: str
    decision: str | None = None
    forced: str | None = None
    note: str | None = None
    when: str = Field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    who: str = Field(default_factory=lambda: f"{_user()}@{platform.node()}")


def read_history(store: Store) -> list[Entry]:
    """All entries, the oldest first.

    Raises:
        InputError: An entry is missing, broken or does not follow the one before.
    """
    entries: list[Entry] = []
    for number, name in enumerate(store.names(_FOLDER), start=1):
        place = f"{store.url}/{_FOLDER}/{name}"
        if name != _name(number):
            raise InputError(f"the history lacks entry {number}", path=place)
        try:
            entry = Entry.model_validate_json(store.read(f"{_FOLDER}/{name}"))
        except ValidationError as error:
            raise InputError(f"broken entry: {first_problem(error)}", path=place) from error
        if entry.before != (entries[-1].after if entries else None):
            raise InputError("the entry does not follow the one before", path=place)
        entries.append(entry)
    return entries


def append_entry(store: Store, entry: Entry, *, known: int) -> bool:
    """Append after ``known`` entries; False if another entry took that place first."""
    line = entry.model_dump_json() + "\n"
    return store.create(f"{_FOLDER}/{_name(known + 1)}", line.encode())


def _name(number: int) -> str:
    return f"{number:06d}.json"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "unknown"
