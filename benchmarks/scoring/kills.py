"""Kill scoring at random moments and go on: ``python -m benchmarks.scoring.kills [KILLS]``.

Scores a small archive with a small linear model by the command line, in shards of a few articles;
kills the process (SIGKILL) at random moments between its first file and its end, lets a copy go on
with the same command, and compares every byte with a run that nobody killed; then kills it again.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from framescope.data.annotations import read_annotations
from framescope.data.codebook import load_codebook
from framescope.data.corpus_files import SHIPPED_CORPUS
from framescope.data.output import write_json
from framescope.models.bundle import save_bundle
from framescope.training.fit import fit_linear

KILLS, TRAINED_ON, ARTICLES, SHARD = 20, 400, 400, 10
_PATIENCE = 300  # seconds
#: The command line, with shards so small that a small archive has many.
_COMMAND = f"""
import sys
from functools import partial
from framescope.cli import main
from framescope.inference import score
score.ShardSize = partial(score.ShardSize, records={SHARD})
main(sys.argv[1:])
"""


@dataclass
class Outcome:
    """What the kills came to.

    Attributes:
        shards: Shards that were done at each kill.
        equal: Whether the files were those of the run that nobody killed, each time it went on.
        orphans: Kills after which a process of the run lived on.
    """

    shards: list[int] = field(default_factory=list)
    equal: list[bool] = field(default_factory=list)
    orphans: int = 0


def prepare(folder: Path) -> list[str]:
    """Write a bundle and an archive; returns the command without its output."""
    book = load_codebook(None)
    sentences = read_annotations([SHIPPED_CORPUS], book)[: TRAINED_ON + 3 * ARTICLES]
    (folder / "bundle").mkdir()
    classifier = fit_linear(sentences[:TRAINED_ON], book, seed=0).classifier
    save_bundle(folder / "bundle", classifier, training={})
    texts = [s.text for s in sentences[TRAINED_ON:]]
    rows = [
        # Every tenth has no text: rejects have to survive too.
        {"id": f"{i % 300}", "outlet": f"Outlet {i % 7}", "text": " ".join(three) * (i % 10 > 0)}
        for i, three in enumerate(zip(*[iter(texts)] * 3, strict=False))
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "archive.jsonl").write_text(lines, encoding="utf-8")
    archive = [str(folder / "archive.jsonl"), "--bundle", str(folder / "bundle")]
    return [sys.executable, "-c", _COMMAND, "score", *archive, "--output"]


def start(command: list[str], output: Path) -> subprocess.Popen[str]:
    """Start a run and wait until it touches its output."""
    run = subprocess.Popen(
        [*command, str(output)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while run.poll() is None and not _locked(output):
        time.sleep(0.005)
    return run


def _locked(output: Path) -> bool:
    lock = output / ".progress" / "lock"
    try:
        return time.time() - lock.stat().st_mtime < 1
    except OSError:
        return False


def content(output: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes."""
    files = sorted(path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


def whole(command: list[str], output: Path) -> tuple[dict[str, bytes], float]:
    """Let a run come to its end: its files, and its seconds from the first of them."""
    run = start(command, output)
    begun = time.perf_counter()
    _, told = run.communicate(timeout=_PATIENCE)
    if run.returncode:
        raise RuntimeError(f"scoring failed: {told}")
    return content(output), time.perf_counter() - begun


def kill_and_resume(folder: Path, kills: int, *, seed: int) -> Outcome:
    """Kill runs until there were so many kills; after each, go on and compare."""
    command, draw, outcome = prepare(folder), random.Random(seed), Outcome()
    expected, seconds = whole(command, folder / "whole")
    number = 0
    while len(outcome.shards) < kills:
        output = folder / f"killed-{number}"
        run = start(command, output)
        time.sleep(draw.uniform(0, seconds))
        if _kill(run, outcome):
            outcome.shards.append(len(list(output.glob(".progress/part-*.json"))))
        if _complete(output):
            outcome.equal.append(content(output) == expected)
            number += 1
        else:  # a copy goes on to its end, the run itself is killed again
            copy = shutil.copytree(output, folder / "copy")
            outcome.equal.append(whole(command, copy)[0] == expected)
            shutil.rmtree(copy)
    return outcome


def _complete(output: Path) -> bool:
    """Whether there is nothing to go on with, though the process may have been killed ending."""
    return (output / "manifest.json").exists() and not (output / ".progress").exists()


def _kill(run: subprocess.Popen[str], outcome: Outcome) -> bool:
    """Kill a run, but not its processes: they have to end by themselves; whether it ran still."""
    if run.poll() is not None:
        if run.returncode:
            raise RuntimeError(f"scoring failed: {run.communicate()[1]}")
        return False
    run.send_signal(signal.SIGKILL)
    run.wait()
    outcome.orphans += not _gone(run.pid, within=20)
    return True


def _gone(group: int, *, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def main() -> None:
    """Kill, compare, print and write ``build/bench/kills.json``."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_and_resume(Path(folder), kills, seed=0)
    print(f"{len(outcome.shards)} kills, after {outcome.shards} of {ARTICLES // SHARD} shards")
    print(
        f"{sum(outcome.equal)} of {len(outcome.equal)} times the resumed run ended with equal bytes"
    )
    print(f"{outcome.orphans} kills left a process behind")
    write_json(Path("build/bench/kills.json"), vars(outcome))
    sys.exit(not all(outcome.equal) or outcome.orphans > 0)


if __name__ == "__main__":
    main()
