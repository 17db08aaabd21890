"""What keeps a scoring run safe: shards on disk, a marker for each, a lock, the manifest last.

As long as scoring is unfinished, the output folder holds ``.progress/``: ``run.json`` (what the run
is made of), ``part-00000.json`` for each shard that is done, and ``lock``. Every file grows under
another name and is renamed when it is on the disk, and a marker is written after what it speaks
of; so a run can be killed at any moment.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any

from framescope.data.articles import Reject
from framescope.data.errors import InputError
from framescope.data.fingerprints import TRAINED_ON
from framescope.data.lock import locked
from framescope.data.output import as_json_bytes, write_durably
from framescope.inference.manifest import MANIFEST, PROGRESS
from framescope.inference.plan import changes
from framescope.inference.score_shard import Counts, ScoredShard, add_counts
from framescope.inference.shards import Shard
from framescope.inference.table import as_parquet
from framescope.models.classifier import FrameClassifier
from framescope.models.staged import cascade_summary

_REJECTED = "rejected.jsonl"
#: As paths have it, with one slash: ``s3:/bucket``.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.ASCII)


def require_startable(output: Path, *, overwrite: bool) -> None:
    """Refuse a place where no run may begin or go on; touches nothing.

    Raises:
        InputError: A scored archive is there and ``overwrite`` is not set, or something else is; or
            it is an address.
    """
    if _ADDRESS.match(str(output)):
        problem = "a run is kept safe by locks and renames, which object stores lack"
        wish = "a folder, to be copied when it is complete (docs/scale.md)"
        raise InputError(problem, path=output, expected=wish)
    if not output.exists():
        return
    if not output.is_dir():
        raise InputError("it is a file", path=output, expected="a folder to write")
    found = {path.name for path in output.iterdir()}
    if found and not found & {MANIFEST, PROGRESS}:
        raise InputError(f"the folder holds other things: it has no {MANIFEST}", path=output)
    if MANIFEST in found and PROGRESS not in found and not overwrite:
        wish = "another place, or --overwrite"
        raise InputError("it exists already", path=output, expected=wish)


class Checkpoint:
    """An output folder while a run writes into it; made by ``open_checkpoint``."""

    def __init__(self, output: Path, plan: dict[str, Any], *, overwrite: bool) -> None:
        self.output, self._plan, self._overwrite = output, plan, overwrite
        self.progress, self._sentences = output / PROGRESS, output / "sentences"

    def prepare(self) -> None:
        """Begin a run, or find one to go on with.

        Raises:
            InputError: What is there was begun or made otherwise, and may not be replaced.
        """
        manifest, begun = self._read(self.output / MANIFEST), self._read(self.progress / "run.json")
        before = manifest or begun or self._plan
        differing = "; ".join(changes(before, self._plan))
        if differing and not self._overwrite:
            wish = "the same command as before, or --overwrite to begin anew"
            raise InputError(f"begun otherwise: {differing}", path=self.output, expected=wish)
        if manifest is not None and not self._overwrite:
            return  # complete, and killed before it was cleaned up
        if manifest is not None or differing or not begun:
            self._begin_anew()

    def _begin_anew(self) -> None:
        # In this order: nothing of an older run can be taken for a part of this one.
        for marker in self.progress.glob("part-*.json"):
            marker.unlink()
        self._write(self.progress / "run.json", [as_json_bytes(self._plan)])
        for name in (MANIFEST, _REJECTED, TRAINED_ON):
            (self.output / name).unlink(missing_ok=True)
        shutil.rmtree(self._sentences, ignore_errors=True)
        self._sentences.mkdir()

    @property
    def complete(self) -> bool:
        """Whether all is done already, but for what ``finish`` removes."""
        return (self.output / MANIFEST).is_file()

    @property
    def shards(self) -> int:
        """Number of shards that are done."""
        return len(list(self.progress.glob("part-*.json")))

    def done(self, shard: Shard) -> Counts | None:
        """Counts of a shard if it is on the disk, unaltered; None if it is to be scored.

        Raises:
            InputError: It was made of other articles.
        """
        marker = self._read(self._marker(shard.number))
        if not marker:
            return None
        if marker["input"] != shard.digest and not self._overwrite:
            problem = f"the articles of {shard.name} are not those that it was scored from"
            wish = "the input as it was, or --overwrite to score anew what has changed"
            raise InputError(problem, path=self.output, expected=wish)
        whole = marker["input"] == shard.digest and marker["sha256"] == self._sha256(shard)
        return dict(marker["counts"]) if whole else None

    def save(self, shard: Shard, scored: ScoredShard) -> None:
        """Bring a shard to the disk, then its marker."""
        content = as_parquet(scored.table)
        self._write(self._part(shard), [content])
        marker = {
            "input": shard.digest,
            "sha256": hashlib.sha256(content).hexdigest(),
            "counts": scored.counts,
            "rejects": [astuple(reject) for reject in scored.rejects],
        }
        self._write(self._marker(shard.number), [as_json_bytes(marker)])

    def finish(self, shards: int, classifier: FrameClassifier) -> dict[str, Any]:
        """Put the rejects and the manifest in place; returns the manifest.

        Args:
            shards: Number of shards in all.
            classifier: What they were scored with.

        Raises:
            InputError: None of them held an article.
        """
        if not self.complete:
            self._write_manifest(shards, classifier)
        shutil.rmtree(self.progress)
        return dict(_read(self.output / MANIFEST) or {})

    def _write_manifest(self, shards: int, classifier: FrameClassifier) -> None:
        counts: Counts = {}
        for marker in self._markers(shards):
            counts = add_counts(counts, marker["counts"])
        rejects = (Reject(*r) for marker in self._markers(shards) for r in marker["rejects"])
        if not counts.get("articles"):
            first = next(rejects, None)
            why = f"; first reject: {first.place}: {first.reason}" if first else ""
            self._discard()
            if classifier.part:
                wish = "all files of an archive in one command, or fewer parts"
                raise InputError(f"no article falls into {classifier.part}{why}", expected=wish)
            raise InputError(f"no article to score{why}")
        self._write(self.output / _REJECTED, map(_line, rejects))
        for part in self._sentences.glob("part-*.parquet"):
            if int(part.stem.removeprefix("part-")) >= shards:
                part.unlink()  # of an input that has become shorter
        if known := sorted(classifier.trained_on):
            self._write(self.output / TRAINED_ON, [as_json_bytes(known)])
        summary = cascade_summary(classifier.cascade, counts["cascade"])
        found = {"counts": counts, "cascade": summary}
        self._write(self.output / MANIFEST, [as_json_bytes(self._plan | found)])

    def _markers(self, shards: int) -> Iterator[dict[str, Any]]:
        return (_read(self._marker(number)) or {} for number in range(shards))

    def leave(self) -> str:
        """How to go on with a run that stops here; one without a scored shard leaves nothing."""
        if self.shards or self.complete:
            plural = "" if self.shards == 1 else "s"
            return f"{self.shards} scored shard{plural} kept: the same command goes on"
        self._discard()
        return "nothing was written"

    def _discard(self) -> None:
        for folder in (self.progress, self._sentences):
            shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            self.output.rmdir()

    def _part(self, shard: Shard) -> Path:
        return self._sentences / f"{shard.name}.parquet"

    def _marker(self, number: int) -> Path:
        return self.progress / f"part-{number:05d}.json"

    def _read(self, path: Path) -> dict[str, Any] | None:
        """As ``_read``; what is broken counts as empty where it may be replaced."""
        try:
            return _read(path)
        except InputError:
            if not self._overwrite:
                raise
            return {}

    def _sha256(self, shard: Shard) -> str:
        try:
            with self._part(shard).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return ""

    def _write(self, path: Path, content: Iterable[bytes]) -> None:
        write_durably(path, content, self.progress / f"{path.name}.tmp")


@contextmanager
def open_checkpoint(output: Path, plan: dict[str, Any], *, overwrite: bool) -> Iterator[Checkpoint]:
    """Begin a run into a folder, or go on with one; nobody else writes into it meanwhile.

    Args:
        output: The folder.
        plan: All that decides the run's bytes, but for what the articles hold.
        overwrite: Replace a scored archive, and what was begun otherwise.

    Raises:
        InputError: As ``require_startable``; another run is writing into the folder; or what is
            there was begun otherwise.
    """
    require_startable(output, overwrite=overwrite)
    checkpoint = Checkpoint(output, json.loads(as_json_bytes(plan)), overwrite=overwrite)
    checkpoint.progress.mkdir(parents=True, exist_ok=True)
    with locked(checkpoint.progress / "lock", owner=output):
        checkpoint.prepare()
        yield checkpoint


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise InputError(f"broken: {error}", path=path, expected="--overwrite") from error
    return content


def _line(reject: Reject) -> bytes:
    row = {"record": reject.record, "place": reject.place, "reason": reject.reason}
    return (json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "replace")
