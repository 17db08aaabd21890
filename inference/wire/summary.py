"""What there is to tell of the near-duplicates of an archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from framescope.inference.wire.copies import Cluster, Member, Order, orders

#: Clusters that the JSON lists, the widest first.
_MOST = 500


@dataclass(frozen=True, slots=True)
class WireCopy:
    """Clusters of near-duplicate articles, and of near-duplicate sentences with a frame."""

    articles: list[Cluster]
    sentences: list[Cluster]

    def as_json(self) -> dict[str, Any]:
        """The figures, for machines."""
        units = {"articles": self.articles, "sentences": self.sentences}
        return {unit: _summary(clusters) for unit, clusters in units.items()}

    @property
    def orders(self) -> list[Order]:
        """Which outlet printed first, over the clusters of articles."""
        return orders(self.articles)


def _summary(clusters: Sequence[Cluster]) -> dict[str, Any]:
    widest = sorted(clusters, key=lambda c: (-len(c.firsts()), -len(c.members)))
    return {
        "clusters": len(clusters),
        "clusters_across_outlets": sum(len(c.firsts()) > 1 for c in clusters),
        "members": sum(len(c.members) for c in clusters),
        "undated_members": sum(m.published is None for c in clusters for m in c.members),
        "order": [asdict(order) for order in orders(clusters)],
        "widest": [[_told(m) for m in c.members] for c in widest[:_MOST]],
    }


def _told(member: Member) -> dict[str, Any]:
    day = member.published
    return asdict(member) | {"published": None if day is None else day.isoformat()}
