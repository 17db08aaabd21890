from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.data.errors import InputError
from framescope.models.alarms import FramelessSentences
from framescope.models.decisions import DecisionRule

RULE = DecisionRule(np.ones(2), np.array([0.5, 0.3]))


def chances(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).beta(0.5, 2, (n, 2)).astype(np.float32)


def rate(rule: DecisionRule, probability: np.ndarray) -> float:
    return float((probability >= rule.thresholds).any(axis=1).mean())


def test_margins_agree_with_decisions() -> None:
    probability = chances(2000, 1)
    flagged = (probability >= RULE.thresholds).any(axis=1)
    assert ((RULE.margins(probability) >= 0) == flagged).all()


@settings(deadline=None)
@given(st.integers(200, 800), st.floats(5, 200), st.integers(0, 10_000))
def test_the_raised_rule_keeps_the_rate_on_the_sentences_it_was_chosen_on(
    n: int, per_1000: float, seed: int
) -> None:
    probability = chances(n, seed)
    frameless = FramelessSentences.of(RULE, probability)
    raised = RULE.raised(frameless.shift_for(per_1000))
    assert (rate(raised, probability) * n + 1) / (n + 1) <= per_1000 / 1000 + 1e-9
    assert (raised.thresholds >= RULE.thresholds).all()


def test_new_sentences_keep_the_rate_in_expectation_and_it_is_not_far_below() -> None:
    found = []
    for seed in range(300):
        frameless = FramelessSentences.of(RULE, chances(500, seed))
        raised = RULE.raised(frameless.shift_for(20))
        found.append(rate(raised, chances(2000, 10_000 + seed)))
    error = np.std(found) / np.sqrt(len(found))
    assert np.mean(found) <= 0.02 + 3 * error
    assert np.mean(found) >= 0.015


def test_a_rule_that_is_quiet_enough_stays_as_it_is() -> None:
    frameless = FramelessSentences.of(RULE, np.full((1000, 2), 0.1, dtype=np.float32))
    assert frameless.shift_for(5) == 0
    assert np.allclose(RULE.raised(0).thresholds, RULE.thresholds)


def test_too_few_sentences_cannot_vouch_for_a_low_rate() -> None:
    frameless = FramelessSentences.of(RULE, chances(100, 3))
    with pytest.raises(InputError, match="100 frameless sentences cannot vouch for 2 per 1,000"):
        frameless.shift_for(2)
    FramelessSentences.of(RULE, chances(499, 3)).shift_for(2)


def test_certain_sentences_are_silenced_only_by_a_threshold_above_one() -> None:
    certain = FramelessSentences.of(RULE, np.ones((1000, 2), dtype=np.float32))
    raised = RULE.raised(certain.shift_for(5))
    assert rate(raised, np.ones((1000, 2), dtype=np.float32)) == 0


def test_bounding_twice_is_bounding_once() -> None:
    probability = chances(2000, 8)
    frameless = FramelessSentences.of(RULE, probability)
    shift = frameless.shift_for(20)
    again = frameless.shifted(shift)
    assert again.count == 2000
    assert again.shift_for(20) == 0
    fresh = FramelessSentences.of(RULE.raised(shift), probability)
    assert np.allclose(again.alarms, fresh.alarms, atol=1e-6)


def test_json_keeps_everything() -> None:
    frameless = FramelessSentences.of(RULE, chances(300, 5))
    again = FramelessSentences.from_json(frameless.as_json())
    assert again.count == frameless.count
    assert np.array_equal(again.alarms, frameless.alarms)
