"""Scoring a hostile folder at full size: ``python -m benchmarks.scoring.hostile --help``."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from cyclopts import App

from benchmarks.commands import run_app
from benchmarks.scoring.hostile_folder import GOOD, build
from benchmarks.scoring.memory import watch
from framescope.data.errors import InputError

_EXCERPT = 110

app = App(name="benchmarks.scoring.hostile", help_on_error=False)


@app.default
def hostile(*, bundle: Path = Path("build/bundle/baseline"), full: bool = True) -> None:
    """Build the folder, score it, and print what became of each file, and the peak memory.

    Args:
        bundle: What to score with; the linear model of the default bundle is the fastest.
        full: At full size: a line of 1 GB, bombs of 10 GB, a row group of 400 MB.
    """
    with tempfile.TemporaryDirectory() as work:
        folder, output, log = Path(work, "hostile"), Path(work, "scored"), Path(work, "log")
        folder.mkdir()
        build(folder, full=full)
        command = [sys.executable, "-m", "framescope", "score", str(folder)]
        run = watch([*command, "--bundle", str(bundle), "--output", str(output)], log=log)
        print(f"exit code {run.code}, {run.seconds:.0f} s, peak {run.peak:,.0f} MiB of memory")
        print(f"memory over time: {run.sparkline()}")
        if run.code:
            raise InputError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
        _outcome(folder, output)


def _outcome(folder: Path, output: Path) -> None:
    counts = json.loads((output / "manifest.json").read_text(encoding="utf-8"))["counts"]
    print(f"{counts['articles']:,} articles, {counts['rejected']:,} rejects")
    lines = (output / "rejected.jsonl").read_text(encoding="utf-8").split("\n")
    rejects = [json.loads(line) for line in lines if line]
    first: dict[str, str] = {}
    many = Counter[str]()
    for reject in rejects:
        name = reject["place"].partition(":")[0].partition("@")[0]
        first.setdefault(name, reject["reason"])
        many[name] += 1
    for name, n in sorted(many.items()):
        print(f"{n:6} x {name!r}: {first[name][:_EXCERPT]}")
    files = {_told(p.name) for p in folder.iterdir() if not p.is_dir()}
    silent = files - set(many) - set(GOOD)
    print(f"files with neither article nor reject: {', '.join(sorted(silent)) or 'none'}")


def _told(name: str) -> str:
    """A file's name as the rejects tell it: bytes that are no text are replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


if __name__ == "__main__":
    run_app(app)
