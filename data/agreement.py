"""How far annotators agree: Krippendorff's alpha for each frame, Cohen's kappa for its stances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError

_DRAWS = 500
_LEVELS = (0.025, 0.975)

Labels = dict[str, dict[str, str | None]]


@dataclass(frozen=True, slots=True)
class Measure:
    """A coefficient with its 95 % interval by bootstrap over documents; None where undefined."""

    value: float | None
    low: float | None
    high: float | None
    units: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A sentence that annotators labelled differently."""

    id: str
    text: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over the sentences that two or more annotators labelled."""

    annotators: list[str]
    sentences: int
    alpha: dict[str, Measure]
    stance_kappa: dict[str, Measure]
    disagreements: list[Disagreement]


@dataclass(frozen=True, slots=True)
class _Unit:
    id: str
    text: str
    document: str
    labels: Labels


def _units(sentences: Sequence[AnnotatedSentence]) -> list[_Unit]:
    rows: dict[str, list[AnnotatedSentence]] = defaultdict(list)
    for sentence in sentences:
        if sentence.frames is not None and sentence.annotator:
            rows[sentence.id].append(sentence)
    units = [
        _Unit(key, group[0].text, group[0].group, {str(s.annotator): s.labels for s in group})
        for key, group in rows.items()
    ]
    return [unit for unit in units if len(unit.labels) > 1]


def measure_agreement(
    sentences: Sequence[AnnotatedSentence], codebook: Codebook, *, seed: int = 0
) -> Agreement:
    """Agreement of annotators who labelled the same sentence ids.

    Args:
        sentences: Annotations of several annotators; one row for each sentence and annotator.
        codebook: What they were made under.
        seed: Seed of the bootstrap.

    Raises:
        InputError: No sentence was labelled by two annotators.
    """
    units = _units(sentences)
    if not units:
        raise InputError(
            "no sentence has labels of two annotators",
            expected='rows with the same "id" and different "annotator"',
        )
    annotators = sorted({name for unit in units for name in unit.labels})
    draws = _document_draws(units, seed)
    stances = codebook.frame_ids if codebook.stance_ids else ()
    return Agreement(
        annotators=annotators,
        sentences=len(units),
        alpha={f: _alpha(units, annotators, f, draws) for f in codebook.frame_ids},
        stance_kappa={f: _kappa(units, annotators, f, codebook, draws) for f in stances},
        disagreements=[Disagreement(u.id, u.text, u.labels) for u in units if _differ(u.labels)],
    )


def _differ(labels: Labels) -> bool:
    first, *others = labels.values()
    return any(other != first for other in others)


def _document_draws(units: Sequence[_Unit], seed: int) -> list[NDArray[np.int64]]:
    """Indices of units for each bootstrap draw of documents."""
    by_document: dict[str, list[int]] = defaultdict(list)
    for i, unit in enumerate(units):
        by_document[unit.document].append(i)
    blocks = [np.array(block) for block in by_document.values()]
    random = np.random.default_rng(seed)
    picks = (random.integers(0, len(blocks), len(blocks)) for _ in range(_DRAWS))
    return [np.concatenate([blocks[p] for p in pick]) for pick in picks]


def _with_interval(
    statistic: Callable[[NDArray[np.int64]], float | None],
    units: int,
    draws: Sequence[NDArray[np.int64]],
) -> Measure:
    value = statistic(np.arange(units))
    drawn = [d for draw in draws if (d := statistic(draw)) is not None]
    if value is None or not drawn:
        return Measure(value, None, None, units)
    low, high = np.quantile(drawn, _LEVELS)
    return Measure(value, float(low), float(high), units)


def _alpha(
    units: Sequence[_Unit],
    annotators: Sequence[str],
    frame: str,
    draws: Sequence[NDArray[np.int64]],
) -> Measure:
    """Krippendorff's alpha, nominal, for presence of a frame (Krippendorff 2019, ch. 12)."""
    import krippendorff

    counts = np.zeros((len(units), 2), dtype=np.int64)
    for i, unit in enumerate(units):
        for name in annotators:
            if name in unit.labels:
                counts[i, int(frame in unit.labels[name])] += 1

    def alpha(chosen: NDArray[np.int64]) -> float | None:
        table = counts[chosen]
        if (table.sum(axis=0) == 0).any():
            return None  # no variation: alpha is undefined
        value = krippendorff.alpha(value_counts=table, level_of_measurement="nominal")
        return float(value)

    return _with_interval(alpha, len(units), draws)


def _stance_codes(
    units: Sequence[_Unit], annotator: str, frame: str, codebook: Codebook
) -> NDArray[np.int64]:
    """Position of the stance that an annotator gave; -1 where the frame is absent or unlabelled."""

    def code(labels: dict[str, str | None]) -> int:
        stance = labels.get(frame)
        return -1 if stance is None else codebook.stance_ids.index(stance)

    return np.array([code(unit.labels.get(annotator, {})) for unit in units], dtype=np.int64)


def _kappa(
    units: Sequence[_Unit],
    annotators: Sequence[str],
    frame: str,
    codebook: Codebook,
    draws: Sequence[NDArray[np.int64]],
) -> Measure:
    """Cohen's kappa (1960) of the stance where both of a pair see the frame, mean over pairs."""
    from sklearn.metrics import cohen_kappa_score

    stances = {name: _stance_codes(units, name, frame, codebook) for name in annotators}
    pairs = [(stances[a], stances[b]) for a, b in combinations(annotators, 2)]

    def kappa(chosen: NDArray[np.int64]) -> float | None:
        values = []
        for first, second in pairs:
            both = chosen[(first[chosen] >= 0) & (second[chosen] >= 0)]
            if len(np.unique([first[both], second[both]])) > 1:
                values.append(float(cohen_kappa_score(first[both], second[both])))
        return float(np.mean(values)) if values else None

    measure = _with_interval(kappa, len(units), draws)
    seen = sum(int(((first >= 0) & (second >= 0)).sum()) for first, second in pairs)
    return Measure(measure.value, measure.low, measure.high, seen)
