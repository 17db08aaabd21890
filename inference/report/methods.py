"""The methods paragraph of a paper: what was done in this comparison, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from framescope.inference.comparison.compare import Comparison
from framescope.inference.report.references import works
from framescope.inference.report.scored import ScoringTold, scoring_told
from framescope.inference.report.views import views_of


@dataclass(frozen=True, slots=True)
class Methods:
    """Ready to paste.

    Attributes:
        paragraphs: What was done, with short citations.
        references: The works cited.
    """

    paragraphs: list[str]
    references: list[str]

    @property
    def text(self) -> str:
        """Everything as plain text."""
        parts = [*self.paragraphs, "References", *self.references]
        return "\n\n".join(parts) + "\n"


#: A sentence or more, and the names of the works that it cites.
_Part = tuple[str, tuple[str, ...]]


def methods_of(comparison: Comparison) -> Methods:
    """Tell what was done to get the figures of a comparison."""
    blocks = [
        [_scored(scoring_told(comparison), comparison)],
        [_COUNTED, *_copies(comparison), *_voices(comparison)],
        [*_corrected(comparison)],
        [*_time(comparison)],
    ]
    paragraphs = [" ".join(text for text, _ in block) for block in blocks if block]
    cited = [name for block in blocks for _, names in block for name in names]
    return Methods(paragraphs, works(cited))


def _scored(told: ScoringTold, comparison: Comparison) -> _Part:
    book = comparison.codebook
    stances = f" and the stances {', '.join(book.stance_ids)}" if book.stance_ids else ""
    text = (
        f"We scored {told.articles:,} articles of {told.outlets} outlets{_span(comparison)}, cut"
        f" into {told.sentences:,} sentences, with Framescope {version('framescope')} under the"
        f" codebook {book.id}, version {book.version} (SHA-256 {book.hash[:12]}), which has the"
        f" frames {', '.join(book.frame_ids)}{stances}. The classifier ({_bundles(told)}"
        f" {told.model}, computed in {told.computed}) gives each sentence a calibrated probability"
        f" of each frame"
    )
    if told.thresholds:
        cuts = ", ".join(f"{frame} {value}" for frame, value in told.thresholds.items())
        text += f"; a frame counts as present from these on: {cuts}"
    text = f"{text}. {told.cascade} {told.left_out}".strip()
    if len(told.bundle_hashes) == 1:
        return text, ()
    return f"{text} {_CROSS_FITTED}", ("chernozhukov", "egami")


def _bundles(told: ScoringTold) -> str:
    plural = "" if len(told.bundle_hashes) == 1 else "s"
    return f"bundle{plural} {', '.join(found[:12] for found in told.bundle_hashes)},"


_CROSS_FITTED = (
    "The bundles are cross-fitted (Chernozhukov et al. 2018; Egami et al. 2023): articles fall into"
    " parts by a hash of their ids, and each part was scored by a bundle trained without the labels"
    " drawn from it."
)


def _span(comparison: Comparison) -> str:
    months = sorted(p.month[:7] for p in comparison.by_month if p.month)
    if not months:
        return ""
    return f", dated {months[0]} to {months[-1]}" if months[0] != months[-1] else f" of {months[0]}"


_COUNTED: _Part = (
    "Naive shares are shares of an outlet's scored sentences in which the classifier found the"
    " frame; their 95 % intervals are percentiles of 2,000 bootstrap draws of articles within"
    " the outlet (Efron 1979), or exact binomial limits over the effective number of articles"
    " where fewer than ten articles have, or lack, the frame (Clopper & Pearson 1934). They do"
    " not hold the classifier's errors.",
    ("efron", "clopper"),
)


def _copies(comparison: Comparison) -> Iterator[_Part]:
    if comparison.wire is None:
        return
    clusters = comparison.wire.articles
    across = sum(len(c.firsts()) > 1 for c in clusters)
    yield (
        "Near-duplicate articles were found by MinHash of word trigrams (Broder 1997) and a check"
        " of each against the earliest of its cluster (across outlets: Jaccard similarity at least"
        f" 0.35, or containment at least 0.8; within one: 0.8): {len(clusters):,} clusters,"
        f" {across:,} of them across outlets. Shares are given for all articles, for originals"
        " alone (the earliest of each cluster), and with one article per cluster and outlet.",
        ("broder",),
    )


def _voices(comparison: Comparison) -> Iterator[_Part]:
    if any(figures.by_voice for figures in views_of(comparison).values()):
        yield (
            "Rules over quotation marks and verbs of speech told whether a sentence is in the"
            " outlet's own voice, quoted, or attributed; they are right in 0.81 to 0.91 of"
            " sentences of real news, and no interval holds their errors.",
            (),
        )


def _corrected(comparison: Comparison) -> Iterator[_Part]:
    for correction in comparison.corrected:
        yield _BY_METHOD[correction.method]
        yield (
            "Differences between outlets have intervals from those of the shares (Zou & Donner"
            " 2008) and p-values adjusted over all pairs of outlets and frames by Holm (1979) and"
            " by Benjamini & Hochberg (1995).",
            ("zou", "holm", "bh"),
        )
        if correction.error_tests:
            yield (
                "Whether the classifier errs alike in all outlets was tested by 1,999 permutations"
                " of outlets over articles (Phipson & Smyth 2010).",
                ("phipson",),
            )
    if not comparison.corrected:
        yield (
            "The shares were not corrected for the classifier's errors, so that differences"
            " between outlets may come from errors that differ by outlet; none is reported as"
            " found.",
            (),
        )


_BY_METHOD: dict[str, _Part] = {
    "design": (
        "Corrected shares rest on a probability sample of the scored sentences, annotated by"
        " people: the difference estimator (Särndal, Swensson & Wretman 1992), as in design-based"
        " supervised learning (Egami et al. 2023) and prediction-powered inference (Angelopoulos,"
        " Duchi & Zrnic 2023), with Jeffreys limits (Brown, Cai & DasGupta 2001) joined by the"
        " method of variance estimates recovery (Zou & Donner 2008). They assume nothing of the"
        " classifier. Shares with fewer than 30 gold sentences, or known no better than to ± 10"
        " points, are not given.",
        ("sarndal", "egami", "ppi", "brown", "zou"),
    ),
    "misclassification_matrix": (
        "Corrected shares come from inverting the classifier's error rates on gold from elsewhere"
        " (Rogan & Gladen 1978; for several stances Saerens, Latinne & Decaestecker 2002). They"
        " assume that it errs in every outlet of the archive as often as on that gold, which the"
        " data cannot test.",
        ("rogan", "saerens"),
    ),
}


def _time(comparison: Comparison) -> Iterator[_Part]:
    figures = views_of(comparison)["all"]
    if figures.shifts:
        titles = sorted({f"{s.event} ({s.day})" for s in figures.shifts})
        yield (
            f"Shares before and after {'; '.join(titles)} were compared by intervals of their"
            " difference (Zou & Donner 2008) and by dealing whole articles anew to both sides in"
            " 1,999 ways (Good 2005), with Benjamini-Hochberg adjustment (1995).",
            ("zou", "good", "bh"),
        )
    if any(c.verdict != "too little data" for c in figures.changes):
        yield (
            "One change in the monthly share was looked for in each outlet and frame by the largest"
            " likelihood ratio, corrected for autocorrelation, with a p-value from 1,999 orders of"
            " the months, adjusted by Benjamini & Hochberg (1995), and a 95 % confidence set of its"
            " date (Eo & Morley 2015).",
            ("bh", "eo"),
        )
