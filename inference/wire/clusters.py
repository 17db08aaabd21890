"""Clusters of near-duplicates: each has a leader, its earliest text, that every member resembles.

A cluster grows round its leader alone (Hartigan 1975, ch. 3, the leader algorithm), and each member
is compared with it shingle by shingle. Single linkage would chain: A like B and B like C put
A and C together that share nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from framescope.inference.wire.shingles import Measure, Shingles
from framescope.inference.wire.sketches import Keys, shared_keys

#: Leaders that one band key leads to. Beyond it the key says nothing: it is that of a formula
#: ("Sign up for our newsletter"), and a copy meets its leader in other bands.
_MOST_LEADERS = 100


class _Leaders:
    """Leaders found again by the keys that they share with a text."""

    def __init__(self) -> None:
        self._by_key: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    def add(self, leader: int, keys: Iterable[tuple[int, int]]) -> None:
        for key in keys:
            if len(found := self._by_key[key]) < _MOST_LEADERS:
                found.append(leader)

    def sharing(self, keys: Iterable[tuple[int, int]]) -> list[int]:
        """Those that share a key, most shared keys first, then the earliest."""
        shared = Counter(leader for key in keys for leader in self._by_key.get(key, ()))
        return [leader for leader, _ in shared.most_common(_MOST_LEADERS)]


def candidates(keys: Keys) -> list[int]:
    """Texts that share a key with another: only these can be in a cluster."""
    return [int(i) for i in np.flatnonzero(shared_keys(keys).any(axis=1))]


def find_clusters(
    keys: Keys,
    shingles: Mapping[int, Shingles],
    outlets: Mapping[int, str],
    order: Sequence[int],
    measure: Measure,
) -> list[list[int]]:
    """Clusters of two or more texts, each led by its earliest.

    Args:
        keys: Band keys of all texts, shape (n, bands).
        shingles: Of each candidate, by its row in ``keys``.
        outlets: Of each candidate.
        order: The candidates, the earliest first; the result depends on nothing else.
        measure: When two texts count as one.

    Returns:
        Rows of each cluster in ``order``; each text is in one cluster at most, that of the leader
        that it resembles most.
    """
    rows = np.array(order, np.int64)
    shared = shared_keys(keys[rows])
    leaders, members = _Leaders(), dict[int, list[int]]()
    for row, bands in zip(order, shared, strict=True):
        mine = [(int(band), int(keys[row, band])) for band in np.flatnonzero(bands)]
        found = leaders.sharing(mine)
        likeness = [
            measure.alike(shingles[row], shingles[i], one_outlet=outlets[row] == outlets[i])
            for i in found
        ]
        if any(likeness):
            members[found[int(np.argmax(likeness))]].append(row)
        else:
            members[row] = [row]
            leaders.add(row, mine)
    return [cluster for cluster in members.values() if len(cluster) > 1]
