"""The real archive that scoring is measured on; it is not part of the repository."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = ROOT.parent / "shared" / "archive" / "rss_60k.parquet"


def archive() -> Path | None:
    """The archive named by the last argument, or the one beside the checkout; None: told."""
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else ARCHIVE
    if path.is_file():
        return path
    print(f"no {path.name} in {path.parent}: skipped")
    return None


def bundle() -> Path:
    """The bundle named by the first argument, or that of ``make run``."""
    return Path(sys.argv[1] if len(sys.argv) > 1 else "build/bundle")
