"""Gold drawn from scored archives, laid beside what was decided on the same sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence, Sampling, read_annotations
from framescope.data.checks import require_unseen_by_any
from framescope.data.errors import InputError
from framescope.data.fingerprints import fingerprints, read_fingerprints
from framescope.inference.comparison.counts import Cell, cell_sums, month_sql, quoted
from framescope.inference.comparison.drawn_before import (
    home_of,
    require_chances,
    require_same_articles,
)
from framescope.inference.comparison.intervals import Floats
from framescope.inference.manifest import ScoredArchive
from framescope.models.labels import LabelSpace

Ints = NDArray[np.int64]

#: Share of a draw that may have been trained on: it meets a few such sentences by chance, and none
#: of it may be left out.
_TRAINED_ON = 0.02


@dataclass(frozen=True, slots=True)
class DrawnGold:
    """The n gold sentences; arrays run over them.

    Attributes:
        outlet: Outlet of each.
        month: Month of each, or None without a date.
        truth: Whether gold puts it into each cell, shape (n, cells).
        decided: Whether the classifier did, shape (n, cells).
        around: Sentences of its article that the classifier put there, shape (n, cells).
        sentences: Scored sentences of its article, shape (n,).
        chance: Inclusion probability, shape (n,).
        stratum: Number of its stratum, shape (n,).
        article: Number of its article, shape (n,).
    """

    outlet: NDArray[np.object_]
    month: NDArray[np.object_]
    truth: NDArray[np.bool_]
    decided: NDArray[np.bool_]
    around: Ints
    sentences: Ints
    chance: Floats
    stratum: Ints
    article: Ints


def read_drawn_gold(
    paths: Sequence[Path],
    archives: Sequence[ScoredArchive],
    connection: duckdb.DuckDBPyConnection,
    cells: Sequence[Cell],
    *,
    source: str = "sentences",
    drawn_from: Sequence[ScoredArchive] = (),
) -> DrawnGold:
    """Read gold and find its sentences in the archives.

    Args:
        paths: Annotated sentences with ``sampling``.
        archives: The archives that are corrected, in the order of ``connection``.
        connection: With the view ``sentences``.
        cells: What is counted.
        source: The view that has the decisions, with the columns of ``sentences``. It need not
            be those that the draw went by: chances are known whatever is decided.
        drawn_from: The archives that they were drawn from, if ``archives`` are the same articles
            scored again; what was abstained from then is left out.

    Raises:
        InputError: A sentence was not drawn for estimation from one of these archives, is not
            annotated, is not the archive's, or a stratum has two inclusion probabilities; more
            than 2 % of them were trained on by the bundle that scored them; or ``drawn_from``
            are not the same articles.
    """
    sentences = read_annotations(paths, archives[0].codebook)
    origins = {archive.hash: archive for archive in drawn_from or archives}
    named = [_place(sentence, origins, paths[0]) for sentence in sentences]
    if drawn_from:
        require_same_articles(archives, drawn_from)
        require_chances(connection, archives, drawn_from)
        homes = [home_of(article, origin, archives) for origin, article, _ in named]
    else:
        homes = [archives.index(origin) for origin, *_ in named]
    places = [(home, *place[1:]) for home, place in zip(homes, named, strict=True)]
    samplings = [s.sampling for s in sentences if s.sampling is not None]
    _require_one_draw(places, samplings, paths[0])
    _require_unseen(sentences, places, archives, paths[0])
    rows = _lookup(connection, places, cells, quoted(source))
    for sentence, row in zip(sentences, rows, strict=True):
        _require_same_text(sentence, row, paths[0], scored=not drawn_from)
    # Those without scores are no part of what is estimated.
    kept = [i for i, row in enumerate(rows) if row[1]]
    if not kept:
        raise InputError("none of the gold sentences was scored again", path=paths[0])
    sentences, samplings = [sentences[i] for i in kept], [samplings[i] for i in kept]
    rows, places = [rows[i] for i in kept], [places[i] for i in kept]
    counts = np.array([row[4:] for row in rows], dtype=np.int64)
    space = LabelSpace.of(archives[0].codebook)
    strata = [(s.archive, s.stratum) for s in samplings]
    return DrawnGold(
        outlet=np.array([row[2] for row in rows], dtype=object),
        month=np.array([row[3] for row in rows], dtype=object),
        truth=_truth(sentences, space, cells),
        decided=counts[:, : len(cells)] > 0,
        around=counts[:, len(cells) : -1],
        sentences=counts[:, -1],
        chance=np.array([s.inclusion_probability for s in samplings]),
        stratum=_numbered(strata),
        article=_numbered([place[:2] for place in places]),
    )


_Place = tuple[int, str, int]


def _place(
    sentence: AnnotatedSentence, origins: dict[str, ScoredArchive], path: Path
) -> tuple[ScoredArchive, str, int]:
    """Archive, article and index of a sentence that may correct figures."""
    sampling, name = sentence.sampling, f"sentence {sentence.id!r}"
    article, _, index = sentence.id.rpartition("#")
    if sampling is None:
        wish = "gold drawn by framescope annotations next; other gold is for --gold-elsewhere"
        raise InputError(f"{name} has no inclusion probability", path=path, expected=wish)
    if sampling.purpose != "estimation":
        problem = f"{name} was drawn for training, where the classifier is unsure"
        raise InputError(problem, path=path, expected="a sample drawn for estimation")
    if sampling.archive not in origins:
        problem = f"{name} was drawn from archive {sampling.archive[:12]}"
        wish = f"{', '.join(h[:12] for h in origins)}, or --drawn-from with that archive"
        raise InputError(problem, path=path, expected=wish)
    if sentence.frames is None:
        wish = "all that were drawn: what is left out is not left out by chance"
        raise InputError(f"{name} is not annotated", path=path, expected=wish)
    if not article or not index.isdecimal():
        raise InputError(f"{name} names no sentence", path=path, expected="article_id#index")
    return origins[sampling.archive], article, int(index)


def _require_one_draw(places: Sequence[_Place], samplings: Sequence[Sampling], path: Path) -> None:
    twice = [place for place, count in Counter(places).items() if count > 1]
    if twice:
        problem = f"sentence '{twice[0][1]}#{twice[0][2]}' stands twice"
        raise InputError(problem, path=path, expected="one row a sentence, its labels settled")
    chances: dict[tuple[str, str], float] = {}
    for s in samplings:
        chance = s.inclusion_probability or 0.0  # those for estimation all have one
        known = chances.setdefault((s.archive, s.stratum), chance)
        if not isclose(known, chance):
            problem = f"stratum {s.stratum!r} has inclusion probabilities {known:.6g} and "
            problem += f"{chance:.6g}"
            raise InputError(problem, path=path, expected="one draw")


def _lookup(
    connection: duckdb.DuckDBPyConnection,
    places: Sequence[_Place],
    cells: Sequence[Cell],
    source: str,
) -> list[tuple[object, ...]]:
    """For each sentence: text, whether scored, outlet, month, hits of it and of its article."""
    columns = zip(*places, strict=True)
    names = ("_archive", "article_id", "sentence_index")
    table = pa.table(dict(zip(names, map(list, columns), strict=True)))
    table = table.append_column("_row", pa.array(range(len(places))))
    connection.register("gold", table)
    sums = cell_sums(cells)
    own = ", ".join(f"{s} AS o{i}" for i, s in enumerate(sums))
    all_ = ", ".join(f"{s} AS a{i}" for i, s in enumerate(sums))
    told = ", ".join(f"coalesce({n}{i}, 0)" for n in "oa" for i in range(len(cells)))
    scored = quoted(cells[0].frame)
    return connection.execute(f"""
        WITH articles AS (
            SELECT _archive, article_id, count({scored}) AS n, {all_} FROM {source}
            WHERE (_archive, article_id) IN (SELECT (_archive, article_id) FROM gold) GROUP BY ALL
        ), own AS (
            SELECT _archive, article_id, sentence_index, any_value(text) AS text,
                   count({scored}) > 0 AS scored, any_value(outlet) AS outlet,
                   any_value({month_sql()}) AS month, {own}
            FROM {source} SEMI JOIN gold USING (_archive, article_id, sentence_index)
            GROUP BY _archive, article_id, sentence_index
        )
        SELECT text, scored, outlet, month, {told}, coalesce(n, 0)
        FROM gold LEFT JOIN own USING (_archive, article_id, sentence_index)
        LEFT JOIN articles USING (_archive, article_id) ORDER BY _row
    """).fetchall()  # noqa: S608  (identifiers are validated by the codebook)


def _require_unseen(
    sentences: Sequence[AnnotatedSentence],
    places: Sequence[_Place],
    archives: Sequence[ScoredArchive],
    path: Path,
) -> None:
    """Refuse gold that the bundle which scored its article was trained on.

    The bundle of a part was trained on the gold of other parts. What has the same words there is no
    fault: given those, the bundle is fixed, and the gold of its part a random draw from the part.
    """
    texts = [[s.text for s, p in zip(sentences, places, strict=True) if p[0] == number]
             for number in range(len(archives))]  # fmt: skip
    known = []
    for number, archive in enumerate(archives):
        others = (text for other, own in enumerate(texts) if other != number for text in own)
        allowed = fingerprints(others) if archive.part else frozenset()
        known.append(read_fingerprints(archive.folder) - allowed)
    trained_on = [known[place[0]] for place in places]
    require_unseen_by_any(sentences, trained_on, path=path, allowed=_TRAINED_ON)


def _require_same_text(
    sentence: AnnotatedSentence, row: tuple[object, ...], path: Path, *, scored: bool
) -> None:
    text, was_scored = row[:2]
    problem = None
    if text is None:
        problem = "is not in the archive"
    elif text != sentence.text:
        problem = "has another text in the archive"
    elif scored and not was_scored:
        problem = "was not scored: its column abstained tells why"
    if problem:
        wish = "sentences as they were drawn from this archive"
        raise InputError(f"sentence {sentence.id!r} {problem}", path=path, expected=wish)


def _truth(
    sentences: Sequence[AnnotatedSentence], space: LabelSpace, cells: Sequence[Cell]
) -> NDArray[np.bool_]:
    codes = space.encode(sentences)
    columns = []
    for cell in cells:
        code = codes[:, space.frames.index(cell.frame)]
        wanted = code > 0 if cell.stance is None else code == space.classes.index(cell.stance)
        columns.append(wanted)
    return np.stack(columns, axis=1)


def _numbered(names: Sequence[object]) -> Ints:
    """Each name's number, in the order in which they first come."""
    known: dict[object, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)
