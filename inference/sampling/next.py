"""``annotations next``: which sentences to annotate, and what they buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import duckdb
import numpy as np

from framescope.data.annotations import AnnotatedSentence
from framescope.data.errors import InputError
from framescope.inference.manifest import ScoredArchive
from framescope.inference.sampling.design import Targets, allocate
from framescope.inference.sampling.draw import draw_estimation
from framescope.inference.sampling.population import Cells, count_cells, open_population
from framescope.inference.sampling.precision import Precision, precision_of
from framescope.inference.sampling.quality import (
    expected_shares,
    quality_of_bundle,
    quality_of_gold,
)
from framescope.inference.sampling.strata import Strata, choose_strata
from framescope.inference.sampling.uncertain import choose_training

Purpose = Literal["estimation", "training", "both"]


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum as drawn: its name in the rows, what it holds and how much was drawn."""

    name: str
    outlet: str
    decision: str
    frame: str
    sentences: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Next:
    """What to annotate next.

    Attributes:
        sentences: The drawn sentences; of an extended sample those of the earlier one too.
        population: Sentences that the estimation sample speaks for.
        left_out: Scored sentences of excluded documents, which it does not speak for.
        strata: The strata of the estimation sample.
        precision: What it buys, for each outlet and frame.
        quality: Where the classifier's expected errors are taken from.
    """

    sentences: list[AnnotatedSentence]
    population: int
    left_out: int
    strata: list[Stratum] = field(default_factory=list)
    precision: list[Precision] = field(default_factory=list)
    quality: str = ""

    def as_json(self) -> dict[str, Any]:
        """All but the sentences, for machines."""
        told = asdict(self)
        purposes = [s.sampling.purpose for s in self.sentences if s.sampling]
        told["sentences"] = {name: purposes.count(name) for name in ("estimation", "training")}
        return told


def draw_next(
    archives: Sequence[ScoredArchive],
    purpose: Purpose,
    number: int,
    *,
    seed: int = 0,
    excluded: Sequence[AnnotatedSentence] = (),
    extended: Sequence[AnnotatedSentence] = (),
    gold: Sequence[AnnotatedSentence] = (),
) -> Next:
    """Draw sentences to annotate; the same each time for the same archive and arguments.

    Args:
        archives: Scored archives that belong together.
        purpose: What they are for; for both, half of them each.
        number: Sentences to draw, beyond those to extend.
        seed: Seed of the estimation sample.
        excluded: Sentences whose documents are left out.
        extended: An earlier estimation sample that the new one is to hold.
        gold: Annotated sentences of an earlier one, that tell how right the classifier is.

    Raises:
        InputError: There is nothing to draw, the number is too small for an estimate, gold is
            not of these archives, or the earlier sample is not one that this draw would hold.
    """
    if purpose == "training" and (extended or gold):
        raise InputError("a training sample extends nothing and needs no gold")
    training = {"estimation": 0, "training": number, "both": number // 2}[purpose]
    try:
        with open_population(archives, excluded) as connection:
            cells = count_cells(connection, archives[0].codebook.frame_ids)
            found = Next([], int(cells.sentences.sum()), _left_out(connection, cells))
            if purpose != "training":
                found = _estimation(
                    connection, archives, cells, found, number - training, seed, extended, gold
                )
            if training:
                taken = [*found.sentences, *excluded]
                found.sentences.extend(choose_training(connection, archives, training, taken))
            return found
    except duckdb.Error as error:
        raise InputError(f"cannot read the scored sentences: {error}") from error


def _left_out(connection: duckdb.DuckDBPyConnection, cells: Cells) -> int:
    found = connection.execute(
        f'SELECT count("{cells.frames[0]}") FROM sentences'  # noqa: S608
    ).fetchone()
    return int(found[0] if found else 0) - int(cells.sentences.sum())


def _estimation(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[ScoredArchive],
    cells: Cells,
    found: Next,
    number: int,
    seed: int,
    extended: Sequence[AnnotatedSentence],
    gold: Sequence[AnnotatedSentence],
) -> Next:
    earlier = _earlier(archives, extended)
    quality = (
        quality_of_gold(connection, archives, gold)
        if gold
        else quality_of_bundle(archives[0].manifest["metrics"], cells)
    )
    total = number + len(earlier)
    strata = choose_strata(cells, total, set(earlier.values()))
    least = np.maximum(strata.least, [list(earlier.values()).count(n) for n in strata.names])
    expected = expected_shares(cells, quality)
    drawn = allocate(Targets.of(cells, expected, strata), total, least)
    sentences = draw_estimation(connection, archives, cells, strata, drawn, seed)
    return Next(
        _with_labels(sentences, extended, set(earlier)),
        found.population,
        found.left_out,
        _told(strata, drawn.tolist()),
        precision_of(cells, expected, strata, drawn),
        quality.source,
    )


def _earlier(
    archives: Sequence[ScoredArchive], extended: Sequence[AnnotatedSentence]
) -> dict[str, str]:
    """The stratum of each sentence to extend."""
    hashes = {archive.hash for archive in archives}
    for s in extended:
        if s.sampling is None or s.sampling.purpose != "estimation":
            raise InputError(f"{s.id!r} cannot be extended", expected="a sample for estimation")
        if s.sampling.archive not in hashes:
            raise InputError(f"{s.id!r} was drawn from another archive than the scored one")
    return {s.id: s.sampling.stratum for s in extended if s.sampling}


def _with_labels(
    sentences: list[AnnotatedSentence],
    extended: Sequence[AnnotatedSentence],
    earlier: set[str],
) -> list[AnnotatedSentence]:
    """Every row of the earlier sample with its labels and its new chance, then the new ones."""
    new = {s.id: s for s in sentences}
    if missing := earlier - set(new):
        problem = f"{min(missing)!r} and {len(missing) - 1} more would not be drawn again"
        raise InputError(problem, expected="the seed and the exclusions of the earlier draw")
    again = [s.model_copy(update={"sampling": new[s.id].sampling}) for s in extended]
    return [*again, *(s for s in sentences if s.id not in earlier)]


def _told(strata: Strata, drawn: list[int]) -> list[Stratum]:
    sizes = strata.sentences.astype(int).tolist()
    return [
        Stratum(name, *key, size, n)
        for name, key, size, n in zip(strata.names, strata.keys, sizes, drawn, strict=True)
    ]
