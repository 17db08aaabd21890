"""Gold that was drawn from an archive before its articles were scored again.

The chances of the draw hold whatever decides later; only what has to be found is the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from framescope.data.errors import InputError
from framescope.inference.comparison.counts import quoted
from framescope.inference.manifest import ScoredArchive

#: Share of the scored sentences that may have had no chance to be drawn.
_NO_CHANCE = 0.02


def require_same_articles(
    archives: Sequence[ScoredArchive], before: Sequence[ScoredArchive]
) -> None:
    """Refuse archives that hold other articles or sentences than those that gold was drawn from.

    Raises:
        InputError: They do.
    """
    for archive in before:
        again = [a for a in archives if _inputs(a) == _inputs(archive)]
        for name in ("articles", "sentences"):
            found = sum(a.manifest["counts"][name] for a in again)
            if found != archive.manifest["counts"][name]:
                told = f"{archive.manifest['counts'][name]} {name} of it, scored again are {found}"
                wish = "the same files, scored again"
                raise InputError(told, path=archive.folder, expected=wish)


def home_of(article: str, origin: ScoredArchive, archives: Sequence[ScoredArchive]) -> int:
    """The number of the archive in which an article of ``origin`` was scored again."""
    for number, archive in enumerate(archives):
        own = archive.part is None or archive.part.holds(article)
        if own and _inputs(archive) == _inputs(origin):
            return number
    raise InputError(f"article {article!r} was not scored again", path=origin.folder)


def require_chances(
    connection: duckdb.DuckDBPyConnection, before: Sequence[ScoredArchive], frame: str
) -> None:
    """Refuse sentences that are scored now and were abstained from when gold was drawn.

    Args:
        connection: With the view ``sentences`` of the archives as they are scored now.
        before: Those that gold was drawn from.
        frame: Any frame; it is null where a sentence was not scored.

    Raises:
        InputError: More than 2 % had no chance to be drawn: the correction would not speak of them.
    """
    name, files = quoted(frame), [path for archive in before for path in archive.files]
    ((without, scored),) = connection.execute(
        f"SELECT count(*) FILTER (was.{name} IS NULL), count(*) FROM sentences AS now "  # noqa: S608
        "JOIN read_parquet($files) AS was USING (article_id, sentence_index) "
        f"WHERE now.{name} IS NOT NULL",
        {"files": files},
    ).fetchall()
    if without > _NO_CHANCE * scored:
        problem = f"{without} of {scored} scored sentences had no chance to be drawn: the bundle "
        wish = "a draw from an archive scored with --no-abstain"
        raise InputError(problem + "of the draw abstained from them", expected=wish)


def _inputs(archive: ScoredArchive) -> Any:
    return archive.manifest.get("inputs")
