"""What the page tells with gold, without it, and where there is nothing to tell."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from framescope.data.codebook import Codebook
from framescope.inference.comparison.compare import Comparison
from framescope.inference.comparison.corrected import Corrected, Correction
from framescope.inference.comparison.counts import GroupCounts, cells_of
from framescope.inference.comparison.design import Interval
from framescope.inference.comparison.differences import Difference
from framescope.inference.comparison.evidence import Evidence, Mention
from framescope.inference.comparison.prevalence import estimate_group
from framescope.inference.report import render_report
from framescope.models.labels import LabelSpace


@pytest.fixture
def counted(codebook: Codebook) -> Comparison:
    """Two outlets of the small codebook, naive."""
    cells = cells_of(LabelSpace.of(codebook))
    hits = np.array([[1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 1]])
    groups = [
        GroupCounts(outlet, None, np.array([20, 20]), np.array([5, 5]), hits)
        for outlet in ("North", "South")
    ]
    manifest = {"bundle_hash": "b" * 64, "model_type": "framescope", "counts": {}, "metrics": None}
    return Comparison(
        codebook, [manifest], [p for g in groups for p in estimate_group(g, cells)], [], [], 80
    )


def corrected(method: str) -> Correction:
    shares = [
        Corrected("North", None, "help", None, 50, 0.1, Interval(0.31, 0.3, 0.32),
                  Interval(0.31, 0.305, 0.315)),
        Corrected("South", None, "help", None, 50, 0.1, Interval(0.12, 0.1, 0.14)),
        Corrected("South", None, "trade", None, 7, 0.1, None, None, 23),
    ]  # fmt: skip
    gap = Interval(0.19, 0.17, 0.21)
    found = Difference("help", None, ("North", "South"), gap, 1e-9, 1e-8, 1e-8, 0.05)
    return Correction(method, "The gold is right.", shares, [], [found])


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html.partition('<script type="app')[0]))


def test_differences_that_survive_are_told_in_words(counted: Comparison) -> None:
    report = render_report(replace(counted, corrected=[corrected("design")]))
    told = text_of(report.html)
    sentence = (
        "North has help in more of its sentences than South: 31.00 % against 12.00 %, a difference"
        " of 19.0 points (95 % interval 17.0 to 21.0; adjusted p &lt; 0.001)."
    )
    assert sentence in told.replace("p < 0.001", "p &lt; 0.001")
    assert "gold too thin: 23 more" in told
    assert "31.00 (30.50–31.50)" in told
    assert "not corrected" not in told
    assert "Särndal" in report.methods.text
    assert "Rogan" not in report.methods.text


def test_gold_from_elsewhere_never_stands_without_its_assumption(counted: Comparison) -> None:
    report = render_report(replace(counted, corrected=[corrected("misclassification_matrix")]))
    told = text_of(report.html)
    assert "Only if the classifier errs in every outlet as often as on that gold" in told
    assert "Rogan & Gladen 1978" in report.methods.text
    assert "Egami" not in report.methods.text


def test_both_corrections_are_told_apart(counted: Comparison) -> None:
    both = [corrected("design"), corrected("misclassification_matrix")]
    told = text_of(render_report(replace(counted, corrected=both)).html)
    assert told.count("North has help in more of its sentences") == 2
    assert "Corrected by gold from elsewhere" in told


def test_naive_counts_are_called_so_and_the_way_out_is_told(counted: Comparison) -> None:
    report = render_report(counted)
    told = text_of(report.html)
    for words in ("These are naive counts", "annotations next", "--for estimation", "--gold"):
        assert words in told
    assert "Nothing can be said of differences between outlets" in told
    assert "were not corrected" in report.methods.text
    assert "differences" not in report.tables
    for absent in ("Wire copy", "Own voice", "Before and after"):
        assert absent not in told


def test_a_large_archive_stays_below_three_megabytes(counted: Comparison) -> None:
    sentence = Evidence("North", "2023-01-01", "https://example.org/" + "u" * 300, "a", 0,
                        "<&> " * 300, [Mention("help", "supports", 0.9)])  # fmt: skip
    many = replace(counted, evidence=[sentence] * 5000, sentences_with_frame=90_000)
    report = render_report(many)
    assert 2_500_000 < len(report.html.encode()) < 3_000_000
    assert "90,000 framed sentences, evenly sampled" in text_of(report.html)
    assert len(report.tables["sentences"]) == 5000
