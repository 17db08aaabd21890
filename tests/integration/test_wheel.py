"""The wheel holds everything and runs in a clean environment."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy: an old build/ in the tree would lend the wheel what it ought to lack.
    left = shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", ".*_cache", "__pycache__")
    copy = folder / "source"
    shutil.copytree(ROOT, copy, symlinks=True, ignore=left)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(copy)], check=True, capture_output=True)
    return next(folder.glob("framescope-*.whl"))


def test_the_wheel_holds_the_four_packages_codebook_and_corpus(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "framescope/cli.py",
        "framescope/py.typed",
        "framescope/data/codebook.yaml",
        "framescope/data/articles/read.py",
        "framescope/data/formats/registry.py",
        "framescope/data/checks/near.py",
        "framescope/data/examples/archive.jsonl",
        "framescope/models/bundle.py",
        "framescope/training/card.md.j2",
        "framescope/training/metrics/frames.py",
        "framescope/inference/report/templates/report.html.j2",
        "framescope/inference/report/report.js",
    ):
        assert name in names
    corpus = {n for n in names if n.startswith("framescope/data/corpus/")}
    assert len(corpus) == len(list((ROOT / "data" / "corpus").glob("*.jsonl")))
    cases = {n for n in names if n.startswith("framescope/data/capabilities/")}
    assert len(cases) == len(list((ROOT / "data" / "capabilities").glob("*.jsonl")))
    assert not [n for n in names if not n.startswith(("framescope/", "framescope-"))]


def test_the_command_runs_from_the_wheel_in_a_clean_environment(
    wheel: Path, tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", wheel], check=True, timeout=120
    )
    # Dependencies are lent by this environment: its path is added, its own .pth files are not read.
    here = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    (Path(here) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    code = (
        "import framescope, framescope.data as d; print(framescope.__file__, d.load_codebook().id)"
    )
    told = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout
    assert str(tmp_path) in told
    assert "belarus-china-russia" in told
    program = tmp_path / "venv" / "bin" / "framescope"
    told = subprocess.run([program, "--help"], check=True, capture_output=True, text=True).stdout
    assert "evaluate" in told
