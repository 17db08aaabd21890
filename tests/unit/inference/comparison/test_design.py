from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from framescope.inference.comparison.corrected import FEWEST_GOLD, gold_needed
from framescope.inference.comparison.design import (
    Decisions,
    Drawn,
    Interval,
    correct_by_design,
)
from framescope.inference.comparison.intervals import jeffreys


class World:
    """Sentences in articles of five, with decisions of any quality."""

    def __init__(self, seed: int, size: int = 400, prevalence: float = 0.3, error: float = 0.1):
        random = np.random.default_rng(seed)
        self.random = random
        self.article = np.arange(size) // 5
        self.truth = random.random(size) < prevalence
        self.decision = (self.truth ^ (random.random(size) < error)).astype(np.int64)
        self.stratum = self.article % 3

    @property
    def decisions(self) -> Decisions:
        hits = np.bincount(self.article, self.decision).astype(np.int64)
        counts = np.bincount(self.article)
        return Decisions(np.ones(len(hits), np.int64), np.stack([counts - hits, hits], axis=1))

    def gold(self, at: np.ndarray, chance: np.ndarray) -> Drawn:
        around = self.decisions.sentences[self.article[at]]
        return Drawn(
            self.truth[at], self.decision[at], chance, self.stratum[at], self.article[at], around
        )

    def draw(self, count: int) -> Drawn:
        """Strata of unequal chances."""
        parts, chances = [], []
        for h, share in enumerate((0.2, 0.3, 0.5)):
            own = np.flatnonzero(self.stratum == h)
            n = max(2, round(count * share))
            parts.append(self.random.choice(own, n, replace=False))
            chances.append(np.full(n, n / len(own)))
        return self.gold(np.concatenate(parts), np.concatenate(chances))


def test_the_estimate_is_the_mean_of_pseudo_outcomes() -> None:
    """DSL and AIPW written out sentence by sentence, with the same proxy."""
    world = World(1)
    gold = world.draw(90)
    proxy = np.array(
        [np.average(gold.truth[w], weights=1 / gold.chance[w])
         for w in (gold.decision == 0, gold.decision == 1)]
    )  # fmt: skip
    fitted = proxy[world.decision]
    rectifier = ((gold.truth - proxy[gold.decision]) / gold.chance).sum()
    expected = (fitted.sum() + rectifier) / len(fitted)
    archive, estimate = correct_by_design(world.decisions, gold)
    assert archive.share == estimate.share == pytest.approx(expected)


def test_with_a_simple_draw_it_is_ppi_plus_plus_at_its_best_lambda() -> None:
    world = World(2)
    at = world.random.choice(400, 80, replace=False)
    world.stratum[:] = 0
    gold = world.gold(at, np.full(80, 0.2))
    best = np.cov(gold.truth, gold.decision)[0, 1] / gold.decision.var(ddof=1)
    expected = best * world.decision.mean() + (gold.truth - best * gold.decision).mean()
    assert correct_by_design(world.decisions, gold)[0].share == pytest.approx(expected)


def test_a_census_is_certain_of_the_archive_but_not_of_other_articles() -> None:
    world = World(3)
    gold = world.gold(np.arange(400), np.ones(400))
    archive, estimate = correct_by_design(world.decisions, gold)
    truth = world.truth.mean()
    assert archive.share == pytest.approx(truth)
    assert archive.high - archive.low < 1e-3
    totals = np.bincount(world.article, world.truth - truth)
    clustered = np.sqrt((totals**2).sum() * 80 / 79) / 400
    assert (estimate.high - estimate.low) / (2 * 1.96) == pytest.approx(clustered, rel=0.03)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 0.6), st.integers(10, 300))
@example(1999, 0.875, 0.5, 10)
def test_limits_are_shares_around_the_estimate_in_any_order(
    seed: int, prevalence: float, error: float, count: int
) -> None:
    world = World(seed, prevalence=prevalence, error=error)
    gold = world.draw(min(count, 200))
    archive, estimate = correct_by_design(world.decisions, gold)
    assert 0 <= estimate.low <= archive.low <= archive.share + 1e-12
    assert archive.share - 1e-12 <= archive.high <= estimate.high <= 1
    mixed = world.random.permutation(len(gold.truth))
    again = correct_by_design(world.decisions, Drawn(*(getattr(gold, n)[mixed] for n in FIELDS)))
    for one, other in zip((archive, estimate), again, strict=True):
        assert (one.low, one.share, one.high) == pytest.approx((other.low, other.share, other.high))


FIELDS = ("truth", "decision", "chance", "stratum", "article", "around")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1))
@example(0, 0.9765625)
def test_a_perfect_classifier_is_not_corrected(seed: int, prevalence: float) -> None:
    world = World(seed, prevalence=prevalence, error=0)
    gold = world.draw(60)
    archive, _ = correct_by_design(world.decisions, gold)
    counted = world.decision.mean()
    # A decision that no gold sentence has is taken for the nearest that has.
    unseen = ~np.isin(world.decision, gold.decision)
    assert archive.share == pytest.approx(counted, abs=unseen.mean() + 1e-9)
    assert archive.low <= counted <= archive.high


def test_folding_alike_articles_changes_nothing() -> None:
    world = World(4)
    gold, decisions = world.draw(90), world.decisions
    rows, counts = np.unique(decisions.sentences, axis=0, return_counts=True)
    assert len(rows) < len(decisions.sentences)
    folded = correct_by_design(Decisions(counts, rows), gold)
    for one, other in zip(correct_by_design(decisions, gold), folded, strict=True):
        assert (one.low, one.high) == pytest.approx((other.low, other.high))


@pytest.mark.parametrize(("prevalence", "error"), [(0.05, 0.1), (0.3, 0.15)])
def test_intervals_cover_the_archive(prevalence: float, error: float) -> None:
    world = World(5, size=2000, prevalence=prevalence, error=error)
    truth, rounds = world.truth.mean(), 300
    covered = 0
    for _ in range(rounds):
        archive, _ = correct_by_design(world.decisions, world.draw(200))
        covered += archive.low <= truth <= archive.high
    assert 0.92 <= covered / rounds <= 0.985


def test_jeffreys_limits_never_leave_out_what_was_seen() -> None:
    low, high = jeffreys(np.array([0.0, 0.01, 1.0]), np.array([20.0, 1.5, 20.0]))
    assert low[0] == 0
    assert 0 < high[0] < 0.2
    assert low[1] <= 0.01 <= high[1]
    assert high[2] == 1


def test_thin_gold_names_what_is_missing() -> None:
    assert gold_needed(5, None) == FEWEST_GOLD - 5
    assert gold_needed(50, Interval(0.5, 0.3, 0.7)) == 150
    assert gold_needed(50, Interval(0.5, 0.45, 0.55)) == 0


def test_flagged_sentences_without_gold_may_all_be_hits_or_none() -> None:
    decisions = Decisions(np.array([100]), np.array([[19, 1]]))
    n = 60
    drawn = Drawn(
        truth=np.zeros(n, bool),
        decision=np.zeros(n, np.int64),
        chance=np.full(n, n / 2000),
        stratum=np.zeros(n, np.int64),
        article=np.arange(n),
        around=np.tile([19, 1], (n, 1)),
    )
    archive, _ = correct_by_design(decisions, drawn)
    assert archive.share == 0
    assert archive.high > 0.05
