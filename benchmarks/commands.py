"""How the benchmarks run on a command line."""

from __future__ import annotations

import os
import sys

from cyclopts import App

from framescope.data.console import tell
from framescope.data.errors import InputError


def run_app(app: App) -> None:
    """Run a command without the bars of libraries; a user's mistake is one line."""
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        app()
    except InputError as error:
        tell(f"{app.name[0]}: {error}")
        sys.exit(1)
