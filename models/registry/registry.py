"""A registry of bundles: content-addressed, with one current bundle and its history.

::

    bundles/<hash>/     each bundle, never changed
    decisions/<id>.json why a bundle was promoted
    history/000001.json one change of the current bundle; the last one says which it is

What is current is what the last entry says, and an entry is created only if its number is free.
So there is one step that counts, it happens or not, and of two at once one comes second.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from framescope.data.errors import InputError
from framescope.models.bundle import verified_hash
from framescope.models.registry.history import Entry, append_entry, read_history
from framescope.models.registry.store import Store

#: Copied last: a bundle in a registry that has it is whole.
_LAST = "training.json"
CURRENT = "current"


class Registry:
    """A registry in a local folder or behind an fsspec address; made by the first ``add``.

    Args:
        url: Where it lies.
    """

    def __init__(self, url: str | Path) -> None:
        self._store = Store(url)
        self.url = self._store.url

    def bundles(self) -> list[str]:
        """Hashes of all whole bundles."""
        return [h for h in self._store.names("bundles") if self._has(h)]

    def history(self) -> list[Entry]:
        """All changes of the current bundle, the oldest first."""
        return read_history(self._store)

    @property
    def current(self) -> str | None:
        """Hash of the current bundle; None before the first promotion."""
        entries = self.history()
        return entries[-1].after if entries else None

    def find(self, name: str) -> str:
        """The hash that ``current``, a hash or the start of one means.

        Raises:
            InputError: No bundle, or more than one, is meant.
        """
        if name == CURRENT:
            return self._require_current()
        found = [h for h in self.bundles() if name and h.startswith(name)]
        if len(found) != 1:
            problem = f"{len(found)} bundles have a hash that starts with {name!r}"
            raise InputError(problem, path=self.url, expected="one that framescope bundles list")
        return found[0]

    def add(self, bundle: Path) -> str:
        """Copy a bundle in, unless it is there; returns its hash.

        Raises:
            InputError: It is no bundle, or was altered or half copied.
        """
        found = verified_hash(bundle)
        if not self._has(found):
            self._store.put_folder(bundle, f"bundles/{found}", last=_LAST, verify=verified_hash)
        return found

    def folder(self, name: str) -> Path:
        """A verified local folder of a bundle; from elsewhere it is fetched once and kept.

        Raises:
            InputError: There is no such bundle, or its content does not give its hash.
        """
        wanted = self.find(name)
        folder = self._local(wanted)
        if verified_hash(folder) != wanted:
            raise InputError("its content does not give the hash it is named by", path=folder)
        return folder

    def keep_decision(self, record: bytes) -> str:
        """Keep a decision record; its id is the start of its SHA-256."""
        name = hashlib.sha256(record).hexdigest()[:16]
        self._store.create(f"decisions/{name}.json", record)
        return name

    def decision(self, name: str) -> bytes:
        """The decision record of an id."""
        return self._store.read(f"decisions/{name}.json")

    def promote(
        self,
        name: str,
        *,
        expected: str | None,
        decision: str | None = None,
        forced: str | None = None,
    ) -> Entry:
        """Make a bundle current: compare and swap.

        Args:
            name: Hash of a bundle in the registry, or its start.
            expected: Hash of the bundle that must be current now; None if none must be.
            decision: Id of the decision record.
            forced: Why it is done against the record, or without one.

        Raises:
            InputError: Another bundle is current than was expected, or the bundle is not whole.
        """
        after = self._verified(name)
        entry = Entry(
            action="promote", before=expected, after=after, decision=decision, forced=forced
        )
        return self._append(entry)

    def rollback(self, name: str | None = None, *, note: str | None = None) -> Entry:
        """Make an earlier bundle current: the one named, or the one before the current.

        Raises:
            InputError: There is none, or another change came first.
        """
        current = self._require_current()
        target = self.find(name) if name else self._previous(current)
        after = self._verified(target)
        if after not in {entry.after for entry in self.history()}:
            raise InputError(f"{after[:12]} was never current", path=self.url, expected="promote")
        return self._append(Entry(action="rollback", before=current, after=after, note=note))

    def _verified(self, name: str) -> str:
        """The hash of a bundle that may become current."""
        found = self.find(name)
        self.folder(found)
        return found

    def _append(self, entry: Entry) -> Entry:
        entries = self.history()
        current = entries[-1].after if entries else None
        if current == entry.after:
            raise InputError(f"{current[:12]} is current already", path=self.url)
        if current != entry.before or not append_entry(self._store, entry, known=len(entries)):
            last = self.history()[-1]
            told = f"{last.after[:12]} was made current by {last.who} at {last.when}"
            wish = f"{entry.before[:12] if entry.before else 'none'} to be current: look again"
            raise InputError(f"another change came first: {told}", path=self.url, expected=wish)
        return entry

    def _previous(self, current: str) -> str:
        """The bundle that the current one took the place of, when it was promoted last."""
        for entry in reversed(self.history()):
            if entry.action == "promote" and entry.after == current and entry.before:
                return entry.before
        raise InputError("there is no bundle before the current one", path=self.url)

    def _require_current(self) -> str:
        if current := self.current:
            return current
        wish = "framescope bundles promote"
        raise InputError("no bundle is current in this registry", path=self.url, expected=wish)

    def _has(self, found: str) -> bool:
        return self._store.exists(f"bundles/{found}/{_LAST}")

    def _local(self, found: str) -> Path:
        if self._store.local is not None:
            return self._store.local / "bundles" / found
        folder = _cache() / found
        if not folder.is_dir():
            self._store.get_folder(f"bundles/{found}", folder)
        return folder


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "framescope" / "bundles"
