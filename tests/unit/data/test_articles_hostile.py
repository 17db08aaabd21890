"""A folder of everything that an archive should not hold: read or rejected, in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.scoring.hostile_folder import GOOD, build

pytestmark = pytest.mark.slow
pytest.importorskip("trafilatura")
pytest.importorskip("fastwarc")

#: MiB. A record of 16 MiB may be held a few times over, a page of 4 MiB makes a tree of some 150.
MOST_MEMORY = 700

# In a process of its own, whose peak is that of reading alone.
READ = """
import json, sys
from pathlib import Path
from framescope.data.articles import Article, read_articles
from framescope.data.articles.read import find_sources
for record in read_articles(find_sources([sys.argv[1]]), {}):
    kind = "article" if isinstance(record, Article) else "reject"
    told = (record.id, record.title) if kind == "article" else (record.place, record.reason)
    print(json.dumps([kind, *told]))
# Not ru_maxrss, which starts from the memory of the process that this one was forked from.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps(["peak", "", int(status["VmHWM"].split()[0]) / 1024]))
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    folder = tmp_path_factory.mktemp("hostile")
    build(folder, full=False)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(folder)], capture_output=True, check=True, timeout=300
    )
    return folder, [json.loads(line) for line in done.stdout.splitlines()]


def test_every_file_is_read_or_rejected_with_a_reason(
    outcome: tuple[Path, list[list[str]]],
) -> None:
    folder, found = outcome
    rejected = Counter(
        place.partition(":")[0].partition("@")[0] for kind, place, _ in found if kind == "reject"
    )
    files = {p.name for p in folder.iterdir() if p.is_symlink() or not p.is_dir()} - {"loop"}
    told = {name.encode("utf-8", "replace").decode() for name in files - set(GOOD)}
    assert {name.replace("?", "\ufffd") for name in told} <= set(rejected)
    assert all(reason for kind, _, reason in found if kind == "reject")


def test_what_is_good_among_it_is_read(outcome: tuple[Path, list[list[str]]]) -> None:
    _, found = outcome
    titles = {title for kind, _, title in found if kind == "article"}
    assert {title for titles in GOOD.values() for title in titles} <= titles
    assert "Twice" not in titles  # of two texts one would be lost
    assert not {"Huge", "Novel"} & titles


def test_memory_is_bounded(outcome: tuple[Path, list[list[str]]]) -> None:
    _, found = outcome
    assert float(found[-1][2]) < MOST_MEMORY
