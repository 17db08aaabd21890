"""A challenger with other errors: counts break, corrected shares estimate the same truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError
from framescope.inference.comparison.corrected_series import (
    CorrectedBreak,
    CorrectedDifference,
    CorrectedShare,
    require_drawn_gold,
)
from framescope.inference.comparison.series import SeriesBreak, series_break
from framescope.inference.manifest import ScoredArchive, open_scored
from framescope.inference.sampling.next import draw_next
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import DecisionRule
from framescope.models.labels import LabelSpace
from tests.scored_archives import Rows, write_scored

TRUE = {"North": 0.3, "South": 0.1}


def make_world() -> Rows:
    """Two outlets of 750 sentences; the text tells the truth, every 20th decision is wrong."""
    random = np.random.default_rng(7)
    rows: Rows = []
    for outlet, share in TRUE.items():
        for i in range(750):
            true = bool(random.random() < share)
            found = true ^ (i % 20 == 0)
            row = {
                "article_id": f"{outlet}-{i // 5}", "sentence_index": i % 5, "outlet": outlet,
                "text": f"{outlet} says {i} {'framed' if true else 'plain'}", "help": found,
                "help_probability": 0.95 if found else 0.02,
                "help_stance": "supports" if found else None,
                "trade": False, "trade_probability": 0.01,
            }  # fmt: skip
            rows.append(row)
    return rows


@dataclass
class Rule:
    """A scorer that finds help, with support, where a function of the text says so."""

    space: LabelSpace
    finds: Callable[[str], bool]
    kind: str = "rule"
    computed: str = "rule"

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        found = np.zeros((len(texts), *self.space.shape), np.float32)
        found[:, :, 0] = 5
        hits = [i for i, text in enumerate(texts) if self.finds(text)]
        found[hits, 0, self.space.classes.index("supports")] = 10
        return found

    def save(self, folder: Path) -> None:
        raise NotImplementedError


def model(codebook: Codebook, finds: Callable[[str], bool]) -> FrameClassifier:
    rule = DecisionRule(np.ones(2), np.full(2, 0.5))
    return FrameClassifier(codebook, Rule(LabelSpace.of(codebook), finds), rule)


def framed(text: str) -> bool:
    return text.endswith("framed")


def alarmed_by_south(text: str) -> bool:
    """Right, but for a false alarm in every second sentence of South."""
    outlet, _, number, _ = text.split()
    return framed(text) or (outlet == "South" and int(number) % 2 == 0)


@pytest.fixture
def archives(tmp_path: Path, codebook: Codebook) -> list[ScoredArchive]:
    return open_scored([write_scored(tmp_path / "scored", codebook, make_world())])


def write_gold(folder: Path, archives: list[ScoredArchive], number: int) -> Path:
    """What ``annotations next`` draws, labelled as the texts tell."""
    drawn: list[AnnotatedSentence] = draw_next(archives, "estimation", number).sentences
    rows = [
        s.model_dump(mode="json", exclude_none=True)
        | {"frames": {"help": "supports"} if framed(s.text) else {}}
        for s in drawn
    ]
    path = folder / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def corrected(found: SeriesBreak) -> CorrectedBreak:
    assert found.corrected is not None
    return found.corrected


def helped(found: CorrectedBreak) -> dict[str, CorrectedShare]:
    return {s.outlet: s for s in found.shares if s.frame == "help" and s.stance is None}


def difference(found: CorrectedBreak) -> CorrectedDifference:
    return next(d for d in found.differences if d.frame == "help" and d.stance is None)


def test_counts_break_where_corrected_shares_agree(
    tmp_path: Path, archives: list[ScoredArchive], codebook: Codebook
) -> None:
    gold = write_gold(tmp_path, archives, 400)
    found = series_break(archives, model(codebook, alarmed_by_south), gold=[gold])
    told = corrected(found)
    rows = make_world()
    for outlet, share in helped(told).items():
        truth = np.mean([framed(r["text"]) for r in rows if r["outlet"] == outlet])
        assert share.agree
        for interval in (share.before, share.after):
            assert interval is not None
            assert interval.low <= truth <= interval.high
    south = helped(told)["South"]
    assert south.naive[1] - south.naive[0] > 0.3
    naive = {(s.outlet, s.frame, s.stance): (s.before, s.after) for s in found.shares}
    assert {(s.outlet, s.frame, s.stance): s.naive for s in told.shares} == {
        key: pytest.approx(pair) for key, pair in naive.items()
    }
    kept = difference(told)
    assert (kept.naive_fate, kept.fate) == ("changed sign", "kept")
    assert (kept.first, kept.second) == ("North", "South")
    assert kept.before is not None
    assert kept.after is not None
    assert kept.before.low > 0
    assert kept.after.low > 0
    told_as_json = json.loads(json.dumps(found.as_json(), allow_nan=False))["corrected"]
    assert told_as_json["gold"] == 400
    assert told_as_json["summary"]["kept"] == 2  # the frame, and its support


def test_a_better_model_shortens_the_intervals(
    tmp_path: Path, archives: list[ScoredArchive], codebook: Codebook
) -> None:
    gold = write_gold(tmp_path, archives, 400)
    told = [
        corrected(series_break(archives, model(codebook, finds), gold=[gold]))
        for finds in (framed, alarmed_by_south)
    ]

    def width(found: CorrectedBreak) -> float:
        after = difference(found).after
        assert after is not None
        return after.high - after.low

    assert width(told[0]) < width(told[1])
    assert told[0].width is not None
    assert told[0].width < 1


def test_the_same_decisions_give_the_same_figures(
    tmp_path: Path, archives: list[ScoredArchive], codebook: Codebook
) -> None:
    decided = {row["text"]: row["help"] for row in make_world()}
    gold = write_gold(tmp_path, archives, 400)
    told = corrected(series_break(archives, model(codebook, decided.__getitem__), gold=[gold]))
    assert all(share.before == share.after for share in told.shares)
    assert all(share.agree for share in told.shares)
    assert {d.fate for d in told.differences} <= {"kept", "open"}
    assert told.width == 1


def test_thin_gold_tells_no_fate(
    tmp_path: Path, archives: list[ScoredArchive], codebook: Codebook
) -> None:
    gold = write_gold(tmp_path, archives, 40)
    told = corrected(series_break(archives, model(codebook, framed), gold=[gold]))
    thin = difference(told)
    assert (thin.fate, thin.naive_fate) == (None, "kept")
    assert None in (thin.before, thin.after)
    assert told.as_json()["summary"]["gold too thin"] > 0


def test_without_gold_nothing_is_corrected(
    archives: list[ScoredArchive], codebook: Codebook
) -> None:
    found = series_break(archives, model(codebook, framed))
    assert found.corrected is None
    assert found.as_json()["corrected"] is None


def test_gold_of_another_archive_is_refused_beforehand(
    tmp_path: Path, archives: list[ScoredArchive], codebook: Codebook
) -> None:
    gold = write_gold(tmp_path, archives, 60)
    other = open_scored([write_scored(tmp_path / "other", codebook, make_world()[:100])])
    require_drawn_gold([gold], archives)
    with pytest.raises(InputError, match="was drawn from archive"):
        require_drawn_gold([gold], other)
