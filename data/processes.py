"""Which process this is, where torchrun or accelerate started several for one training run."""

from __future__ import annotations

import os


def is_first_process() -> bool:
    """Whether this process writes and speaks for all of them; true where there is only one."""
    return (os.environ.get("RANK") or "0") == "0"


def process_count() -> int:
    """Number of processes that train together."""
    return int(os.environ.get("WORLD_SIZE") or "1")
