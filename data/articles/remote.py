"""Files in object stores and on servers (``s3://``, ``gs://``, ``https://``, …), through fsspec.

Each is copied to a temporary file when its turn comes, and removed after it: every reader works as
it does on a local file, a connection that breaks spoils no half of one, and no more than one takes
space (below ``TMPDIR``).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from framescope.data.errors import InputError

_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.ASCII)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file behind an address.

    Attributes:
        url: Its address.
        name: Its path below the folder or pattern that the user named.
        size: Bytes; None where the server does not tell.
    """

    url: str
    name: str
    size: int | None

    def state(self) -> str:
        """What changes when the file does: a hash over what the store tells of it.

        Raises:
            InputError: It is gone, or the store cannot be reached.
        """
        with _told(self.url):
            store, path = _store(self.url)
            return str(store.ukey(path))

    @contextmanager
    def fetched(self) -> Iterator[Path]:
        """A local copy for the block; what is found wrong with it is told under its address.

        Raises:
            InputError: It cannot be fetched.
        """
        with tempfile.TemporaryDirectory(prefix="framescope-") as folder:
            copy = Path(folder, PurePosixPath(self.name).name)
            with _told(self.url):
                store, path = _store(self.url)
                store.get_file(path, str(copy))
            try:
                yield copy
            except InputError as error:
                raise InputError(
                    error.problem, path=self.url, row=error.row, expected=error.expected
                ) from error


def is_url(given: str) -> bool:
    """Whether it is an address, not a path."""
    return bool(_URL.match(given))


def local_path(url: str) -> Path | None:
    """The path behind a ``file://`` address."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def find_remote(url: str) -> tuple[bool, list[RemoteFile]]:
    """Files behind an address, a folder or a pattern, in a fixed order; whether it is one file.

    Parts of scored archives are left out: they are no archives of articles.

    Raises:
        InputError: There is none, no package knows such addresses, or the store refuses.
    """
    with _told(url):
        store, path = _store(url)
        named = bool(store.isfile(path))
        if named:
            found, root = {path: store.info(path)}, str(PurePosixPath(path).parent)
        elif has_magic(path):
            # The folder above the first part with a wildcard.
            found = store.glob(path, detail=True)
            root = path[: _first_magic(path)].rpartition("/")[0]
        else:
            found, root = store.find(path, detail=True), path
    scored = {p.removesuffix("manifest.json") for p in found if p.endswith("/manifest.json")}
    return named, [
        RemoteFile(
            store.unstrip_protocol(p),
            p.removeprefix(root.rstrip("/")).lstrip("/"),
            about.get("size"),
        )
        for p, about in sorted(found.items())
        if about.get("type", "file") == "file" and not any(_part(p, s) for s in scored)
    ]


def _part(path: str, scored: str) -> bool:
    return path.startswith((f"{scored}sentences/", f"{scored}manifest.json"))


def _first_magic(path: str) -> int:
    return next(i for i, sign in enumerate(path) if sign in "*?[")


def _store(url: str) -> tuple[Any, str]:
    import fsspec

    store, path = fsspec.core.url_to_fs(url)
    return store, str(path)


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Faults of stores as the user's own: every store has errors of its own kind."""
    try:
        yield
    except ImportError as error:
        wish = "pip install 'framescope[cloud]', or the package that fsspec names"
        raise InputError(f"cannot read such addresses: {error}", path=url, expected=wish) from error
    except Exception as error:
        problem = "there is no such file" if isinstance(error, FileNotFoundError) else str(error)
        raise InputError(problem or type(error).__name__, path=url) from error
