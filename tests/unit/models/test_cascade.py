from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from framescope.models.cascade import CHECKED_ONE_IN, SLACK, Cascade, drawn, first_scores
from framescope.models.decisions import DecisionRule
from framescope.models.staged import (
    COUNTS,
    cascade_summary,
    realised_share,
    staged_scores,
    told_cascade,
)

Floats = NDArray[np.float32]
RULE = DecisionRule(np.array([1.0, 0.8]), np.array([0.4, 0.6]))
WARM = np.array([2.0, 1.5])


def draw(n: int, seed: int) -> tuple[Floats, Floats]:
    """Logits (n, 2, 3) of a first stage, and of a full model that partly follows it."""
    random = np.random.default_rng(seed)
    first = random.normal(size=(n, 2, 3)).astype(np.float32)
    first[:, :, 0] += 2
    return first, (first + random.normal(scale=0.7, size=first.shape)).astype(np.float32)


def fitted(n: int = 4000, share: float = 0.99) -> Cascade:
    first, full = draw(n, seed=1)
    margins = RULE.margins(RULE.apply(full).frame_probability)
    return Cascade.fit(first, margins, WARM, share)


class Stages:
    """Texts are numbers of rows; keeps what the second stage was asked for."""

    def __init__(self, first: Floats, full: Floats) -> None:
        self.first, self.full, self.asked = first, full, [""]

    def first_logits(self, texts: Sequence[str]) -> Floats:
        return self.first[[int(t) for t in texts]]

    def full_logits(self, texts: Sequence[str], first: Floats) -> Floats:
        assert (first == self.first_logits(texts)).all()
        self.asked = list(texts)
        return self.full[[int(t) for t in texts]]


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.5])
def test_enough_of_what_is_flagged_gets_through_also_at_raised_thresholds(shift: float) -> None:
    cascade, rule = fitted().raised(shift), RULE.raised(shift)
    first, full = draw(20_000, seed=2)
    flagged = rule.apply(full).present.any(axis=1)
    passed = first_scores(first) >= cascade.cutoff + SLACK
    assert flagged.sum() > 500
    # The guarantee is in expectation; half of what may be lost is left to chance.
    assert passed[flagged].mean() > 1 - 1.5 * (1 - cascade.share)
    assert passed.mean() < 0.9
    assert (cascade.passes(first) >= passed).all()


def test_higher_thresholds_let_less_through() -> None:
    cascade = fitted()
    assert cascade.raised(1.0).cutoff > cascade.cutoff


def test_too_few_flagged_sentences_discard_nothing() -> None:
    cascade = fitted(n=60)
    assert len(cascade.first) < 99
    assert cascade.cutoff == float("-inf")
    assert cascade.passes(draw(50, seed=3)[0]).all()
    assert fitted().raised(50.0).cutoff == float("-inf")


def test_discarded_sentences_keep_the_first_stages_probability_below_the_thresholds() -> None:
    first, _ = draw(500, seed=4)
    scores = fitted().discarded(first, RULE)
    own = DecisionRule(WARM, RULE.thresholds).apply(first).frame_probability
    assert not scores.present.any()
    assert (scores.frame_probability < RULE.thresholds).all()
    low = own < RULE.thresholds
    assert 0 < low.sum() < low.size
    assert (scores.frame_probability[low] == own[low]).all()
    assert scores.discarded is not None
    assert scores.discarded.all()


def test_only_what_passes_and_what_is_drawn_goes_to_the_full_model() -> None:
    stages, cascade = Stages(*draw(3000, seed=5)), fitted()
    texts = [str(i) for i in range(3000)]
    scores, counts = staged_scores(stages, RULE, cascade, texts)
    passed, sample = cascade.passes(stages.first), drawn(texts)
    assert stages.asked == [t for t, p, s in zip(texts, passed, sample, strict=True) if p or s]
    full, below = RULE.apply(stages.full), ~passed & ~sample
    assert scores.discarded is not None
    assert (scores.discarded == below).all()
    assert (scores.frame_probability[~below] == full.frame_probability[~below]).all()
    assert (scores.present == (full.present & ~below[:, None])).all()
    flagged = full.present.any(axis=1)
    assert counts == {
        "passed": passed.sum(),
        "passed_flagged": (passed & flagged).sum(),
        "discarded": below.sum(),
        "checked": (~passed & sample).sum(),
        "checked_flagged": (~passed & sample & flagged).sum(),
    }
    assert tuple(counts) == COUNTS


def test_nothing_to_score_gives_nothing() -> None:
    scores, counts = staged_scores(Stages(*draw(5, seed=6)), RULE, fitted(), [])
    assert scores.present.shape == (0, 2)
    assert not any(counts.values())


def test_the_sample_hangs_on_the_text_alone() -> None:
    texts = [f"sentence {i}" for i in range(50_000)]
    sample = drawn(texts)
    assert (drawn(texts[::-1]) == sample[::-1]).all()
    assert sample.mean() == pytest.approx(1 / CHECKED_ONE_IN, rel=0.1)
    assert drawn(["\ud800"]).shape == (1,)


def test_a_cascade_is_written_and_read() -> None:
    cascade, frames = fitted(), ("help", "trade")
    content = json.loads(json.dumps(cascade.as_json(frames)))
    read = Cascade.from_json(content, frames)
    assert read.cutoff == cascade.cutoff == content["cutoff"]
    assert content["flagged_through"] >= cascade.share
    assert read.raised(1.0).cutoff == cascade.raised(1.0).cutoff
    assert (read.temperatures == WARM).all()
    assert json.loads(json.dumps(fitted(n=60).as_json(frames)))["cutoff"] is None


def test_the_interval_of_what_gets_through_covers_the_truth() -> None:
    random = np.random.default_rng(7)
    passed, below, lost = 2000, 50_000, 40
    covered = 0
    for _ in range(300):
        checked = int(random.binomial(below, 1 / CHECKED_ONE_IN))
        hits = int(random.hypergeometric(lost, below - lost, checked))
        numbers = (0, passed, below - checked, checked, hits)
        found = realised_share(dict(zip(COUNTS, numbers, strict=True)))
        covered += found["low"] <= passed / (passed + lost) <= found["high"]
        assert found["low"] <= found["estimate"] <= found["high"]
    assert covered >= 0.94 * 300


@given(st.tuples(*[st.integers(0, 500)] * 5))
@settings(deadline=None)
def test_any_counts_give_a_share_or_none(numbers: tuple[int, ...]) -> None:
    counts = dict(zip(COUNTS, numbers, strict=True))
    counts["checked_flagged"] = min(counts["checked_flagged"], counts["checked"])
    found = realised_share(counts)
    if found["estimate"] is not None:
        assert 0 <= found["low"] <= found["estimate"] <= found["high"] <= 1


def test_a_share_below_the_bound_is_told() -> None:
    cascade = fitted()
    well = dict(zip(COUNTS, (500, 400, 9000, 200, 0), strict=True))
    badly = well | {"checked_flagged": 5}
    assert "less than 99.0%" not in told_cascade(cascade_summary(cascade, well) or {}, well)
    assert "--no-cascade" in told_cascade(cascade_summary(cascade, badly) or {}, badly)
    assert "too few" in told_cascade(cascade_summary(cascade, {}) or {}, {})
    assert cascade_summary(None, {}) is None


def test_first_scores_are_the_log_odds_of_the_likeliest_frame() -> None:
    logits = np.log(np.array([[[0.5, 0.3, 0.2], [0.9, 0.1, 0.0001]]], np.float32))
    assert first_scores(logits) == pytest.approx([0.0], abs=1e-6)
