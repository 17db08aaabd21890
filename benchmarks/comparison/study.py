"""One cell of the study at a time: how often 95 % intervals cover, and how wide they are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.comparison.peers import gold_only, naive, ppi
from benchmarks.comparison.world import draw_gold, make_sentences
from framescope.inference.comparison.counts import Cell
from framescope.inference.comparison.design import Interval, correct_by_design
from framescope.inference.comparison.differences import Share, differences_of
from framescope.inference.comparison.error_tests import compare_errors
from framescope.inference.comparison.transported import confusion_of, correct_by_confusion

#: Standard deviations by which the scores of the outlet with other errors are lower.
SHIFT = -0.7
#: Prevalence of gold from elsewhere, which is enriched, as gold for training is.
ELSEWHERE = 0.2


@dataclass(frozen=True, slots=True)
class Setting:
    """A frame's prevalence, a classifier's quality, and the gold."""

    prevalence: float
    separation: float
    gold: int
    shift: float = 0.0
    stratified: bool = False

    def random(self, extra: int = 0) -> np.random.Generator:
        """Chance of its own for each cell."""
        numbers = (self.prevalence * 1000, self.separation * 10, self.gold, self.shift * -10)
        return np.random.default_rng([*map(int, numbers), int(self.stratified), extra])


class Tally:
    """Counts how often the intervals of one method cover."""

    def __init__(self) -> None:
        self._covered: dict[str, list[bool]] = defaultdict(list)
        self._widths: dict[str, list[float]] = defaultdict(list)

    def add(self, method: str, interval: Interval, truth: float) -> None:
        """One interval, and what it should cover."""
        self._covered[method].append(interval.low <= truth <= interval.high)
        self._widths[method].append(interval.high - interval.low)

    def told(self) -> dict[str, Any]:
        """Coverage and mean width of each method."""
        return {
            method: {"coverage": float(np.mean(c)), "width": float(np.mean(self._widths[method]))}
            for method, c in self._covered.items()
        }


def study_design(setting: Setting, rounds: int) -> dict[str, Any]:
    """Method (b) and its peers on one outlet; each round has articles and a draw of its own."""
    random, tally = setting.random(), Tally()
    for _ in range(rounds):
        world = make_sentences(random, setting.prevalence, setting.separation, shift=setting.shift)
        gold = draw_gold(random, world, setting.gold, stratified=setting.stratified)
        truth = float(world.truth.mean())
        archive, estimate = correct_by_design(world.decisions(), gold)
        tally.add("corrected, archive", archive, truth)
        tally.add("corrected, articles", estimate, setting.prevalence)
        tally.add("gold only", gold_only(gold, len(world.truth)), truth)
        if not setting.stratified:
            tally.add("PPI", ppi(world, gold, tuned=False), truth)
            tally.add("PPI++", ppi(world, gold, tuned=True), truth)
    return {**asdict(setting), "rounds": rounds, "methods": tally.told()}


def study_naive(setting: Setting, rounds: int) -> dict[str, Any]:
    """Naive counting, which uses no gold, for the articles that could be."""
    random, tally = setting.random(1), Tally()
    for _ in range(rounds):
        world = make_sentences(random, setting.prevalence, setting.separation, shift=setting.shift)
        tally.add("naive", naive(world), setting.prevalence)
    return {**asdict(setting), "rounds": rounds, "methods": tally.told()}


def study_elsewhere(setting: Setting, rounds: int) -> dict[str, Any]:
    """Method (c); its assumption fails where the setting's archive has shifted scores."""
    random, tally, refused = setting.random(2), Tally(), 0
    base, separation = setting.prevalence, setting.separation
    for _ in range(rounds):
        world = make_sentences(random, base, separation, shift=setting.shift)
        gold = make_sentences(
            random, max(ELSEWHERE, base), separation, articles=setting.gold // 5, calibrated_at=base
        )
        kept = slice(setting.gold)
        truth, decided = gold.truth[kept].astype(int), gold.decided[kept].astype(int)
        if min(truth.sum(), (1 - truth).sum()) < 10:
            refused += 1
            continue
        rates = confusion_of(truth, decided, gold.article[kept], 2)
        share, draws = correct_by_confusion(world.decisions(), rates)
        low, high = np.quantile(draws[:, 1], (0.025, 0.975))
        tally.add("matrix", Interval(float(share[1]), float(low), float(high)), base)
    return {**asdict(setting), "rounds": rounds - refused, "methods": tally.told()}


def study_difference(setting: Setting, rounds: int) -> dict[str, Any]:
    """Two outlets of equal prevalence, the second with the setting's shift: who finds a difference?

    ``setting.gold`` is drawn from each.
    """
    random, found = setting.random(3), defaultdict[str, list[bool]](list)
    for _ in range(rounds):
        shares, counted, drawn = [], [], []
        for number, shift in enumerate((0.0, setting.shift)):
            world = make_sentences(random, setting.prevalence, setting.separation, shift=shift)
            gold = draw_gold(random, world, setting.gold, stratified=setting.stratified)
            drawn.append((number, gold))
            _, estimate = correct_by_design(world.decisions(), gold)
            shares.append(Share(str(number), Cell("frame"), estimate))
            counted.append(Share(str(number), Cell("frame"), naive(world)))
        found["naive"].append(differences_of(counted)[0].p < 0.05)
        found["corrected"].append(differences_of(shares)[0].p < 0.05)
        tests = compare_errors(
            "frame",
            [str(number) for number, gold in drawn for _ in gold.truth],
            np.concatenate([gold.truth for _, gold in drawn]),
            np.concatenate([gold.decision > 0 for _, gold in drawn]),
            np.concatenate([1 / gold.chance for _, gold in drawn]),
            np.concatenate([gold.article + 10**6 * number for number, gold in drawn]),
        )
        for test in tests:
            found[f"test: {test.error}"].append(test.p is not None and test.p < 0.05)
    told = {name: float(np.mean(values)) for name, values in found.items()}
    return {**asdict(setting), "rounds": rounds, "below_0.05": told}
