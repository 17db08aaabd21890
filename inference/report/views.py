"""The views of a comparison, in words, and the outlets that a chart has room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.figures import Figures
from framescope.inference.comparison.prevalence import Prevalence
from framescope.inference.wire.views import View

#: What each view counts; the keys are those of ``Comparison.views``.
VIEW_NAMES: Mapping[View, str] = {
    "all": "All articles",
    "originals": "Originals only",
    "clusters": "Once per outlet",
}
VIEW_MEANINGS: Mapping[View, str] = {
    "all": "Every article counts.",
    "originals": "Of near-duplicates only the earliest counts, whatever its outlet.",
    "clusters": "Of near-duplicates one article an outlet counts, its first.",
}
#: Outlets that a chart by outlet, and one with a panel for each outlet, has room for.
MOST_ROWS = 50
MOST_PANELS = 6


def views_of(comparison: Comparison) -> dict[View, Figures]:
    """The figures of every view; of the view ``all`` alone where no other was counted."""
    if comparison.views:
        return dict(comparison.views)
    return {"all": Figures(comparison.by_outlet, comparison.by_month, [], [], [])}


def most_framed(prevalences: Iterable[Prevalence], most: int) -> list[str]:
    """The outlets with the most framed sentences, in alphabetical order."""
    counts: Counter[str] = Counter()
    for p in prevalences:
        counts[p.outlet] += p.count if p.stance is None else 0
    return sorted(name for name, _ in counts.most_common(most))


def frame_titles(comparison: Comparison) -> dict[str, str]:
    """For each frame its title, or its id where it has none."""
    return {frame.id: frame.title or frame.id for frame in comparison.codebook.frames}


def stance_titles(comparison: Comparison) -> dict[str, str]:
    """Ids of stances read as words."""
    return {stance: stance.replace("_", " ") for stance in comparison.codebook.stance_ids}
