"""Drift of a scored archive by outlet and month, and what to annotate for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from framescope.data.annotations import AnnotatedSentence
from framescope.inference.comparison.prevalence import Estimate
from framescope.inference.drift.advice import advice_on, signs_of_drift
from framescope.inference.drift.domain import unlikeness
from framescope.inference.drift.measures import CLOSE, Drift, GroupDrift, Measured
from framescope.inference.drift.rows import ArchiveRows, read_rows
from framescope.inference.drift.stability import stability_index
from framescope.inference.manifest import ScoredArchive
from framescope.models.classifier import FrameClassifier
from framescope.models.resampling import document_codes
from framescope.models.scope import Scope, words_of_scope

MOST_ARTICLES = 5000
_DRAWS = 1000
#: Fewer articles give no interval worth the name.
_FEWEST_ARTICLES = 5

Floats = NDArray[np.float64]


def measure_drift(
    archives: Sequence[ScoredArchive],
    classifier: FrameClassifier,
    training: Sequence[AnnotatedSentence],
    *,
    reference: Sequence[ScoredArchive] = (),
) -> Drift:
    """Compare scored archives with the training sentences, by outlet and month.

    Args:
        archives: Opened together, scored by ``classifier``.
        classifier: Whose scope and thresholds count.
        training: What it was trained on.
        reference: Earlier archives that it scored, for the shift of scores.

    Raises:
        InputError: A Parquet file cannot be read.
    """
    rows = read_rows(archives, most_articles=MOST_ARTICLES)
    earlier = read_rows(reference, most_articles=MOST_ARTICLES) if reference else None
    values = _values(rows, classifier, training)
    expected = _known_elsewhere(training)
    by_group: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for i, (outlet, month) in enumerate(rows.groups):
        by_group[outlet, None].append(i)
        if month is not None:
            by_group[outlet, month].append(i)
    told = {
        name: np.array(chosen)
        for name, chosen in sorted(by_group.items(), key=lambda g: (g[0][0], g[0][1] or ""))
        if len(set(rows.articles[chosen])) >= _FEWEST_ARTICLES
    }
    groups = [_group(n, chosen, rows, values, expected, earlier) for n, chosen in told.items()]
    return Drift(expected, groups, len(by_group) - len(told), advice_on(groups))


def _values(
    rows: ArchiveRows, classifier: FrameClassifier, training: Sequence[AnnotatedSentence]
) -> dict[str, Floats]:
    """For each sentence what the groups' measures are means of; NaN where it tells nothing."""
    scored = ~rows.abstained
    odds = logit(np.clip(rows.probability, 1e-7, 1 - 1e-7))
    far = np.abs(odds - logit(np.clip(classifier.rule.thresholds, 1e-7, 1 - 1e-7))).min(axis=1)
    unlike = np.full(len(rows.texts), np.nan)
    unlike[scored] = unlikeness(
        [text for text, known in zip(rows.texts, scored, strict=True) if known],
        rows.articles[scored],
        [s.text for s in training],
        document_codes([s.group for s in training]),
    )
    return {
        "abstained": rows.abstained.astype(np.float64),
        "known_words": np.array([classifier.scope.known_share(text) for text in rows.texts]),
        "unlike_training": unlike,
        "close_calls": np.where(scored, far <= CLOSE, np.nan),
    }


def _known_elsewhere(training: Sequence[AnnotatedSentence]) -> float:
    """Mean share of a training sentence's words that stand in another document, too.

    What ``known_words`` would be in new documents of the same kind.
    """
    words = [(s.group, words_of_scope(s.text)) for s in training]
    documents = Counter(word for _, word in {(group, w) for group, ws in words for w in ws})
    common = Scope(words=frozenset(w for w, n in documents.items() if n > 1))
    return float(np.nanmean([common.known_share(s.text) for s in training]))


def _group(
    name: tuple[str, str | None],
    chosen: NDArray[np.int64],
    rows: ArchiveRows,
    values: dict[str, Floats],
    expected: float,
    earlier: ArchiveRows | None,
) -> GroupDrift:
    articles = np.unique(rows.articles[chosen], return_inverse=True)[1]
    count = int(articles.max()) + 1
    weights = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), size=_DRAWS)
    means = {k: _mean(v[chosen], articles, weights.astype(np.float64)) for k, v in values.items()}
    shift = None
    if earlier is not None:
        top, before = rows.probability[chosen].max(axis=1), earlier.probability.max(axis=1)
        shift = stability_index(top, articles, weights, before)
    measured = Measured(**means, score_shift=shift)
    signs = signs_of_drift(measured, expected)
    return GroupDrift(*name, count, len(chosen), measured, signs)


def _mean(values: Floats, articles: NDArray[np.int64], weights: Floats) -> Estimate | None:
    """The mean over sentences with its interval by bootstrap over articles (Efron 1979)."""
    known = ~np.isnan(values)
    if not known.any():
        return None
    totals = np.bincount(articles[known], values[known], weights.shape[1])
    counts = np.bincount(articles[known], minlength=weights.shape[1])
    drawn = (weights @ totals) / np.maximum(weights @ counts, 1)
    low, high = np.quantile(drawn[weights @ counts > 0], (0.025, 0.975))
    return Estimate(float(values[known].mean()), float(low), float(high))
