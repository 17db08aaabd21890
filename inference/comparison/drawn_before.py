"""Gold that was drawn from an archive before its articles were scored again.

The chances of the draw hold whatever decides later; only what has to be found is the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from framescope.data.codebook import require_same
from framescope.data.errors import InputError
from framescope.inference.manifest import ScoredArchive

#: Share of an outlet's scored sentences that may have had no chance to be drawn.
_NO_CHANCE = 0.02


def require_same_articles(
    archives: Sequence[ScoredArchive], before: Sequence[ScoredArchive]
) -> None:
    """Refuse archives that hold other articles or sentences than those that gold was drawn from.

    Raises:
        InputError: They do, or were scored under another codebook.
    """
    first = archives[0]
    for archive in before:
        require_same(first.codebook, str(first.folder), archive.codebook, str(archive.folder))
        for name in ("articles", "sentences"):
            was, now = (_count(part, archive, name) for part in (before, archives))
            if was != now:
                problem = f"{was} {name} of {archive.inputs}, scored again are {now}"
                wish = "the same files, named in the same way, scored again"
                raise InputError(problem, path=archive.folder, expected=wish)


def home_of(article: str, origin: ScoredArchive, archives: Sequence[ScoredArchive]) -> int:
    """The number of the archive in which an article of ``origin`` was scored again."""
    for number, archive in enumerate(archives):
        own = archive.part is None or archive.part.holds(article)
        if own and archive.inputs == origin.inputs:
            return number
    raise InputError(f"article {article!r} was not scored again", path=origin.folder)


def require_chances(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[ScoredArchive],
    before: Sequence[ScoredArchive],
) -> None:
    """Refuse sentences that are scored now and were abstained from when gold was drawn.

    Args:
        connection: With the view ``sentences`` of the archives as they are scored now.
        archives: Those archives, in its order.
        before: Those that gold was drawn from.

    Raises:
        InputError: More than 2 % of an outlet had no chance to be drawn: its correction would not
            speak of them.
    """
    for inputs in dict.fromkeys(archive.inputs for archive in before):
        now = [n for n, archive in enumerate(archives) if archive.inputs == inputs]
        files = [path for archive in before if archive.inputs == inputs for path in archive.files]
        rows = connection.execute(
            "SELECT now.outlet, count(*) FILTER (was.article_id IS NULL OR was.abstained IS NOT "
            "NULL) AS without, count(*) AS n FROM sentences AS now "
            "LEFT JOIN read_parquet($files) AS was USING (article_id, sentence_index) "
            "WHERE now.abstained IS NULL AND list_contains($now, now._archive) GROUP BY ALL "
            "ORDER BY without / n DESC",
            {"files": files, "now": now},
        ).fetchall()
        for outlet, without, scored in rows:
            if without > _NO_CHANCE * scored:
                problem = (
                    f"{without} of {scored} scored sentences of {outlet!r} had no chance to be"
                )
                problem += " drawn: the bundle that scored before had abstained from them"
                raise InputError(problem, expected="a draw from what was scored with --no-abstain")


def _count(archives: Sequence[ScoredArchive], like: ScoredArchive, name: str) -> int:
    alike = (a for a in archives if a.inputs == like.inputs)
    return sum(int(a.manifest["counts"].get(name, 0)) for a in alike)
