"""Whether tests of change keep their level, and what they see.

``python -m benchmarks.comparison.changes [ROUNDS]``. Invented months and articles of known truth:
no change or one, counts that scatter as a binomial or more, months of unlike size, and months that
hang together, which the method does not suppose.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from framescope.inference.comparison.breaks import Break, find_break
from framescope.inference.comparison.counts import Cell, GroupCounts
from framescope.inference.comparison.events import difference, permutation_test
from framescope.inference.comparison.prevalence import estimate_group

MONTHS = 24
BREAK = 14
CELLS = [Cell("x")]
Sizes = NDArray[np.int64]


def sizes(random: np.random.Generator, kind: str) -> Sizes:
    """Sentences of each month."""
    if kind == "alike":
        return np.full(MONTHS, 400)
    if kind == "growing":
        return np.linspace(100, 1000, MONTHS).astype(np.int64)
    return random.integers(50, 1000, MONTHS)


def series(
    random: np.random.Generator,
    before: float,
    after: float,
    *,
    kind: str,
    spread: float,
    hang: float,
) -> tuple[Sizes, Sizes]:
    """Sentences and hits of each month.

    Args:
        random: What draws.
        before: Share of hits before the break.
        after: Share from the break on.
        kind: Sizes of the months.
        spread: Standard deviation of the log-odds of a month.
        hang: Correlation of the log-odds of a month with that before it.
    """
    noise = random.normal(0, 1, MONTHS)
    for month in range(1, MONTHS):
        noise[month] = hang * noise[month - 1] + np.sqrt(1 - hang**2) * noise[month]
    share = np.where(np.arange(MONTHS) < BREAK, before, after)
    odds = np.log(share / (1 - share)) + spread * noise
    n = sizes(random, kind)
    return n, random.binomial(n, 1 / (1 + np.exp(-odds)))


def breaks(rounds: int, **how: object) -> list[Break]:
    """The likeliest break of each of many series."""
    random = np.random.default_rng(7)
    return [find_break(*series(random, **how)) for _ in range(rounds)]  # type: ignore[arg-type]


def level(rounds: int) -> None:
    """Print how often a change is told where there is none."""
    print(f"no change, {MONTHS} months: share of series with p <= 0.05")
    for share in (0.02, 0.1):
        for kind in ("alike", "growing", "unlike"):
            for spread, hang in ((0.0, 0.0), (0.4, 0.0), (0.4, 0.3), (0.4, 0.5)):
                found = breaks(
                    rounds, before=share, after=share, kind=kind, spread=spread, hang=hang
                )
                told = sum(b.p <= 0.05 for b in found) / rounds
                print(
                    f"  share {share:.2f}, months {kind:8} spread {spread}, hang {hang}: {told:.3f}"
                )


def power(rounds: int) -> None:
    """Print how often a change is seen, dated right, and covered by its set."""
    print(f"one change at month {BREAK} of {MONTHS}, months of unlike size")
    for before, after in ((0.1, 0.15), (0.1, 0.2), (0.02, 0.04), (0.02, 0.06)):
        for spread in (0.0, 0.4):
            found = breaks(
                rounds, before=before, after=after, kind="unlike", spread=spread, hang=0.0
            )
            seen = [b for b in found if b.p <= 0.05]
            near = sum(abs(b.at - BREAK) <= 1 for b in seen) / max(1, len(seen))
            held = sum(b.first <= BREAK <= b.last for b in found) / rounds
            wide = sum(b.last - b.first + 1 for b in found) / rounds
            print(f"  {before:.2f} to {after:.2f}, spread {spread}: seen "
                  f"{len(seen) / rounds:.3f}, within a month {near:.3f}, "
                  f"set holds it {held:.3f}, {wide:.1f} months wide")  # fmt: skip


def _articles(random: np.random.Generator, count: int, share: float) -> GroupCounts:
    """Articles of 2 to 11 sentences that differ much in how framed they are."""
    n = random.integers(2, 12, count)
    hits = random.binomial(n, random.beta(0.5 * share / (1 - share), 0.5, count))
    return GroupCounts("x", None, np.ones(count, np.int64), n, hits[:, None])


def events(rounds: int) -> None:
    """Print level, coverage and power of the difference before and after an event."""
    print("before and after an event, 95 % interval of the difference and test at 0.05")
    for count, before, after in (
        (60, 0.1, 0.1), (300, 0.1, 0.1), (300, 0.02, 0.02), (60, 0.1, 0.25), (300, 0.1, 0.2),
        (300, 0.02, 0.06),
    ):  # fmt: skip
        random, held, told = np.random.default_rng(11), 0, 0
        for seed in range(rounds):
            sides = _articles(random, count, before), _articles(random, count, after)
            shares = [estimate_group(g, CELLS, seed=seed)[0].of_sentences for g in sides]
            gap = difference(shares[0], shares[1])
            held += gap.low <= after - before <= gap.high
            told += permutation_test(*sides, seed=seed)[0] <= 0.05
        print(f"  {count} articles a side, {before:.2f} to {after:.2f}: "
              f"covered {held / rounds:.3f}, told {told / rounds:.3f}")  # fmt: skip


def main() -> None:
    """Simulate; the number of rounds may be given."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    level(rounds)
    power(rounds)
    events(rounds)


if __name__ == "__main__":
    main()
