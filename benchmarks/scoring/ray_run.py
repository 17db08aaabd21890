"""Scoring with and without a Ray of this machine: ``python -m benchmarks.scoring.ray_run --help``.

The same command on a small and a large slice of one archive, each in a process of its own: what the
large one takes more is the speed without the start (of Ray, and of a model for each worker).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from cyclopts import App

from benchmarks.commands import run_app
from benchmarks.results import machine
from benchmarks.scoring.kills import content
from benchmarks.scoring.scaling import write_archive
from framescope.data.corpus_files import EXAMPLE_ARCHIVE
from framescope.data.errors import InputError
from framescope.data.output import write_json

_REAL = Path(__file__).parents[2].parent / "shared" / "archive" / "rss_60k.parquet"
_ARCHIVE = _REAL if _REAL.is_file() else EXAMPLE_ARCHIVE

app = App(name="benchmarks.scoring.ray_run", help_on_error=False)


@dataclass(frozen=True, slots=True)
class Speed:
    """How a runner did.

    Attributes:
        runner: Its name and options.
        seconds: Of the whole command, on the large slice.
        start: Seconds of it before, and after, the scoring: what the speed leaves unexplained.
        rate: Sentences a second, start-up taken off.
        equal: Whether the files are those of the first runner.
    """

    runner: str
    seconds: float
    start: float
    rate: float
    equal: bool


@app.default
def compare(
    *,
    bundle: Path = Path("build/bundle"),
    archive: Path = _ARCHIVE,
    articles: tuple[int, int] = (4_000, 12_000),
    workers: int = 2,
) -> None:
    """Score two slices by each runner, print a Markdown table, write ``build/bench/ray.json``.

    Args:
        bundle: What to score with.
        archive: What the slices are cut from; a smaller archive is repeated, with words changed.
        articles: Of the small and of the large slice; a shard has 2,000.
        workers: Workers of Ray.
    """
    runners = {"local": [], f"ray, {workers} workers": ["--runner", "ray", f"--workers={workers}"]}
    on = machine()
    print(f"{on['processor']}, {on['cores']} cores; {articles[1]:,} articles of {archive.name}\n")
    print("| runner | seconds | of them start | sentences a second | same bytes |")
    print("|---|---:|---:|---:|---|")
    speeds: list[Speed] = []
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        for size in articles:
            write_archive(folder / f"{size}.parquet", archive, size)
        for number, (name, options) in enumerate(runners.items()):
            runs = [_score(folder, bundle, size, number, options) for size in articles]
            (few, before), (many, after) = runs
            rate = (many - few) / (after - before)
            equal = content(folder / f"{articles[1]}-{number}") == content(
                folder / f"{articles[1]}-0"
            )
            speeds.append(Speed(name, after, after - many / rate, rate, equal))
            s = speeds[-1]
            print(f"| {name} | {s.seconds:.1f} | {s.start:.1f} | {s.rate:,.0f} "
                  f"| {'yes' if s.equal else 'NO'} |", flush=True)  # fmt: skip
    write_json(Path("build/bench/ray.json"), {"on": on, "speeds": [asdict(s) for s in speeds]})
    sys.exit(not all(s.equal for s in speeds))


def _score(
    folder: Path, bundle: Path, size: int, number: int, options: list[str]
) -> tuple[int, float]:
    """Sentences that were scored, and seconds of the command."""
    output = folder / f"{size}-{number}"
    where = [str(folder / f"{size}.parquet"), "--bundle", str(bundle), "--output", str(output)]
    begun = time.perf_counter()
    command = [sys.executable, "-m", "framescope", "score", *where, *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if run.returncode:
        raise InputError(run.stderr[-2000:])
    counts = json.loads((output / "manifest.json").read_text(encoding="utf-8"))["counts"]
    return counts["sentences"], seconds


if __name__ == "__main__":
    run_app(app)
