"""A lock on a folder that ends with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from framescope.data.errors import InputError


@contextmanager
def locked(path: Path, *, owner: Path) -> Iterator[None]:
    """Hold a lock file while the block runs.

    Args:
        path: The lock file; it is made, and may be removed by whoever holds it.
        owner: What it stands for, for the message.

    Raises:
        InputError: Another process holds it.
    """
    with path.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever held it may have removed the file between opening and locking it.
            free = path.exists() and os.path.samestat(path.stat(), os.fstat(stream.fileno()))
        except BlockingIOError:
            free = False
        if not free:
            raise InputError("another run is writing into it", path=owner)
        yield
