"""Comparing the outlets of scored archives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb

from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.inference.comparison.counts import Abstention, connect, count_abstained
from framescope.inference.comparison.events import Event
from framescope.inference.comparison.evidence import Evidence, explain_evidence, find_evidence
from framescope.inference.comparison.figures import Figures, figures_of
from framescope.inference.comparison.prevalence import Prevalence
from framescope.inference.comparison.voices import VOICE_LANGUAGE, add_voices
from framescope.inference.manifest import ScoredArchive
from framescope.inference.wire.copies import cluster_articles, cluster_sentences
from framescope.inference.wire.summary import WireCopy
from framescope.inference.wire.views import VIEWS, View, add_views
from framescope.models.classifier import FrameClassifier
from framescope.models.labels import LabelSpace

#: Sentences that the report carries; all of them are in the Parquet files.
MOST_EVIDENCE = 5000
#: Sentences whose words are weighed: some 12,000 scorings, a minute or two on two cores.
MOST_EXPLAINED = 500
_DECIDING = ("thresholds", "max_false_alarms_per_1000", "frameless", "abstain")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Prevalences by outlet and by month, and the sentences behind them.

    ``by_outlet`` and ``by_month`` are those of the view ``all``; ``views`` has every view's.
    """

    codebook: Codebook
    manifests: list[dict[str, Any]]
    by_outlet: list[Prevalence]
    by_month: list[Prevalence]
    evidence: list[Evidence]
    sentences_with_frame: int
    abstained: list[Abstention] = field(default_factory=list)
    views: Mapping[View, Figures] = field(default_factory=dict)
    wire: WireCopy | None = None

    @property
    def outlets(self) -> list[str]:
        """Outlets with a scored sentence, in alphabetical order."""
        return sorted({p.outlet for p in self.by_outlet})

    @property
    def unscored_outlets(self) -> list[str]:
        """Outlets of which no sentence was scored; they stand in no figure."""
        return sorted({a.outlet for a in self.abstained} - set(self.outlets))

    @property
    def settings(self) -> list[dict[str, Any]]:
        """For each archive, the settings that decided what is present."""
        told = [manifest.get("settings") or {} for manifest in self.manifests]
        return [{name: settings.get(name) for name in _DECIDING} for settings in told]

    @property
    def explained(self) -> int:
        """How many sentences of the evidence have their words weighed."""
        return sum(any(m.words is not None for m in e.mentions) for e in self.evidence)

    def as_json(self) -> dict[str, Any]:
        """The figures, for machines."""
        return {
            "codebook_hash": self.codebook.hash,
            "bundle_hash": self.manifests[0]["bundle_hash"],
            "estimator": "naive counting; 95 % intervals over articles (decision 4)",
            "settings": self.settings,
            "abstained": [asdict(a) for a in self.abstained],
            "by_outlet": [asdict(p) for p in self.by_outlet],
            "by_month": [asdict(p) for p in self.by_month],
            "views": {view: figures.as_json() for view, figures in self.views.items()},
            "wire": self.wire.as_json() if self.wire else None,
        }


def compare_outlets(
    archives: Sequence[ScoredArchive],
    classifier: FrameClassifier | None = None,
    *,
    events: Sequence[Event] = (),
) -> Comparison:
    """Compare all outlets of scored archives that belong together.

    Args:
        archives: The archives, opened together.
        classifier: The one that scored them, if the words of the evidence are to be weighed.
        events: Before and after which the use of frames is compared.

    Raises:
        InputError: A Parquet file cannot be read, or no sentence in it was scored.
    """
    codebook = archives[0].codebook
    space = LabelSpace.of(codebook)
    voices = codebook.language == VOICE_LANGUAGE
    try:
        with connect(archives) as connection:
            wire = _find_wire(connection, space)
            if voices:
                add_voices(connection, space)
            views = {
                view: figures_of(connection, space, view, events=events, voices=voices)
                for view in VIEWS
            }
            abstained = count_abstained(connection)
            evidence, total = find_evidence(connection, space, limit=MOST_EVIDENCE)
    except duckdb.Error as error:
        raise InputError(f"cannot read the scored sentences: {error}") from error
    if classifier is not None:
        evidence = explain_evidence(classifier, evidence, limit=MOST_EXPLAINED)
    figures = views["all"]
    if not figures.by_outlet:
        problem = "no sentence was scored: all are outside what the model was trained for"
        raise InputError(problem, path=archives[0].folder, expected="see the column abstained")
    manifests = [archive.manifest for archive in archives]
    return Comparison(
        codebook, manifests, figures.by_outlet, figures.by_month, evidence, total, abstained,
        views, wire,
    )  # fmt: skip


def _find_wire(connection: duckdb.DuckDBPyConnection, space: LabelSpace) -> WireCopy:
    """The near-duplicates of the archives; their views are made on the way."""
    some = " OR ".join(f'"{frame}"' for frame in space.frames)
    wire = WireCopy(cluster_articles(connection), cluster_sentences(connection, some))
    add_views(connection, wire.articles)
    return wire
