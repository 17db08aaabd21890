"""Do new labels mean the same as the old ones? Their agreement with the champion's decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import Scores
from framescope.models.resampling import document_codes, document_weights
from framescope.training.bootstrap import Interval, interval_of

#: Share of the champion's agreement with the gold that new labels must be able to reach.
LEAST_SHARE = 0.5
#: A champion that agrees less than this with the gold can vouch for nothing but that labels are
#: not worse than chance: fair agreement at best (Landis & Koch 1977). The gate still stands.
_FAIR = 0.4
#: With fewer sentences to compare, agreement says nothing.
_FEWEST = 30
_DRAWS = 1000

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's kappa of labels and the champion's decisions.

    Attributes:
        what: ``presence`` of frames, or their ``stance``.
        kappa: On the new annotations; None where it is not defined.
        interval: Its 95 % interval by bootstrap over documents.
        on_gold: The same on the frozen gold.
        units: Pairs of sentence and frame that were compared.
    """

    what: str
    kappa: float | None
    interval: Interval | None
    on_gold: float | None
    units: int

    @property
    def suspicious(self) -> bool:
        """Whether even the upper limit is below what ``least`` asks."""
        if self.interval is None or self.units < _FEWEST:
            return False
        return self.interval[1] < self.least

    @property
    def least(self) -> float:
        """Half of what the champion reaches on the gold; mere chance, 0, where it is weak."""
        on_gold = self.on_gold or 0.0
        return LEAST_SHARE * on_gold if on_gold >= _FAIR else 0.0

    def as_line(self) -> str:
        """The suspicion in words."""
        high = "–" if self.interval is None else f"{self.interval[1]:.2f}"
        return (
            f"the labels speak against the champion's decisions: kappa of {self.what} "
            f"{self.kappa or 0:.2f} (at most {high}), on the gold {self.on_gold or 0:.2f}; "
            f"expected at least {self.least:.2f}"
        )


def agreement_with_champion(
    champion: FrameClassifier, new: Sequence[AnnotatedSentence], gold: Sequence[AnnotatedSentence]
) -> list[Agreement]:
    """Agreement in presence and, with stances, in stance where both see the frame.

    Hard sentences lower it, and new ones are often chosen because they are hard: what is looked
    for is agreement near or below chance, which flipped, shuffled or misread labels have.

    Args:
        champion: Trained on none of these sentences.
        new: New annotated sentences.
        gold: Held-out ones that are trusted.
    """
    sides = [_pairs(champion, sentences) for sentences in (new, gold)]
    return [
        Agreement(
            what, *_kappa_with_interval(*ours), _kappa_with_interval(*theirs)[0], len(ours[0])
        )
        for (what, ours), theirs in zip(sides[0].items(), sides[1].values(), strict=True)
    ]


_Pairs = tuple[Codes, Codes, Codes]


def _pairs(champion: FrameClassifier, sentences: Sequence[AnnotatedSentence]) -> dict[str, _Pairs]:
    """For presence and stance: labels, decisions and document of every pair compared."""
    scores: Scores = champion.scores([s.text for s in sentences])
    gold, found = champion.space.encode(sentences), scores.codes
    documents = np.repeat(document_codes([s.group for s in sentences])[:, None], gold.shape[1], 1)
    every = np.ones(gold.shape, dtype=bool)
    pairs = {"presence": _chosen(gold > 0, found > 0, documents, every)}
    if champion.space.has_stances:
        pairs["stance"] = _chosen(gold, found, documents, (gold > 0) & (found > 0))
    return pairs


def _chosen(
    labels: NDArray[np.generic],
    found: NDArray[np.generic],
    documents: Codes,
    where: NDArray[np.bool_],
) -> _Pairs:
    return labels[where].astype(np.int64), found[where].astype(np.int64), documents[where]


def _kappa_with_interval(
    labels: Codes, found: Codes, documents: Codes
) -> tuple[float | None, Interval | None]:
    if not len(labels):
        return None, None
    classes = int(max(labels.max(), found.max())) + 1
    count = int(documents.max()) + 1
    tables = np.zeros((count, classes, classes))
    np.add.at(tables, (documents, labels, found), 1)
    weights = document_weights(count, draws=_DRAWS, seed=0)
    drawn = _kappa((weights @ tables.reshape(count, -1)).reshape(-1, classes, classes))
    value = float(_kappa(tables.sum(axis=0)[None])[0])
    return (None if np.isnan(value) else value), interval_of(drawn)


def _kappa(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cohen's kappa (1960) of contingency tables (draws, C, C); NaN where chance alone agrees."""
    total = tables.sum(axis=(1, 2))
    seen = np.trace(tables, axis1=1, axis2=2) / np.maximum(total, 1)
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / np.maximum(total, 1) ** 2
    kappa = np.full(len(tables), np.nan)
    np.divide(seen - chance, 1 - chance, out=kappa, where=(chance < 1) & (total > 0))
    return kappa
