from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from framescope.data.behaviours import BehaviourCase
from framescope.data.codebook import Codebook
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import DecisionRule
from framescope.models.labels import LabelSpace
from framescope.training.capabilities import capabilities_with_baseline, evaluate_capabilities
from framescope.training.tables import capability_rows

SURE = 20.0


class KeywordScorer:
    """Sure of ``help`` where a text has 'tanks', and that it is disputed where it has 'not'."""

    kind = "keywords"
    computed = "by hand"
    word = "tanks"

    def __init__(self, codebook: Codebook) -> None:
        self.space = LabelSpace.of(codebook)

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        logits = np.zeros((len(texts), *self.space.shape), dtype=np.float32)
        for row, text in enumerate(texts):
            words = text.split()
            code = (2 if "not" in words else 1) if self.word in words else 0
            logits[row, 0, code] = logits[row, 1, 0] = SURE
        return logits

    def save(self, folder: Path) -> None:
        raise NotImplementedError


class AbsentScorer(KeywordScorer):
    word = "\0"


def classifier(scorer: KeywordScorer, codebook: Codebook) -> FrameClassifier:
    return FrameClassifier(codebook, scorer, DecisionRule(np.ones(2), np.full(2, 0.5)))


def case(name: str, kind: str, *texts: tuple[str, str], **more: object) -> BehaviourCase:
    labels = {"+": {"help": "supports"}, "-": {"help": "disputes"}, "0": {}}
    return BehaviourCase.model_validate(
        {"id": "-".join(text for text, _ in texts), "capability": name, "kind": kind}
        | {"texts": [{"text": text, "frames": labels[label]} for text, label in texts]}
        | more
    )


DENIED = [{"frame": "help", "stance": "disputes", "direction": "up"}]
GONE = [{"frame": "help", "direction": "down"}]
CASES = [
    case("pairs", "minimum_functionality", ("tanks sent", "+"), ("milk sent", "0")),
    case("names", "invariance", ("tanks from A", "+"), ("tanks from B", "+")),
    case("pairs", "minimum_functionality", ("shells sent", "+"), ("wool sent", "0")),
    case("names", "invariance", ("tanks from C", "+"), ("Tanks from C", "+")),
    case("names", "invariance", ("shells from D", "+"), ("shells from E", "+")),
    case("denial", "direction", ("tanks sold", "+"), ("tanks not sold", "-"), moves=DENIED),
    case("denial", "direction", ("tanks given", "+"), ("tanks never given", "-"), moves=DENIED),
    case("denial", "direction", ("tanks lent", "+"), ("money lent", "0"), moves=GONE),
    case("denial", "direction", ("shells lent", "+"), ("cash lent", "0"), moves=GONE),
]


def test_failures_of_a_keyword_scorer_are_those_counted_by_hand(codebook: Codebook) -> None:
    found = evaluate_capabilities(classifier(KeywordScorer(codebook), codebook), CASES)
    assert list(found) == ["pairs", "names", "denial"]
    figures = {
        name: (c["cases"], c["failed"], c["texts"], c["texts_wrong"], c["originals_wrong"])
        for name, c in found.items()
    }
    assert figures == {
        "pairs": (2, 1, 4, 1, None),
        "names": (3, 1, 6, 3, 1),
        "denial": (4, 2, 8, 2, 1),
    }
    assert found["names"]["failure_rate"] == pytest.approx(1 / 3)


def test_who_always_says_absent_is_invariant_and_moves_nothing(codebook: Codebook) -> None:
    found = evaluate_capabilities(classifier(AbsentScorer(codebook), codebook), CASES)
    rates = {name: c["failure_rate"] for name, c in found.items()}
    assert rates == {"pairs": 1.0, "names": 0.0, "denial": 1.0}
    assert found["names"]["originals_wrong"] == 3


def test_failing_cases_say_what_was_expected_decided_and_moved(codebook: Codebook) -> None:
    found = evaluate_capabilities(classifier(KeywordScorer(codebook), codebook), CASES)
    failure = found["denial"]["failures"][0]
    assert failure["texts"][1]["text"] == "tanks never given"
    assert failure["texts"][1]["expected"] == {"help": "disputes"}
    assert failure["texts"][1]["decided"] == {"help": "supports"}
    assert failure["texts"][1]["probabilities"]["help"] == pytest.approx(1)
    assert failure["moves"] == [DENIED[0] | {"from": 0.0, "to": 0.0}]
    assert "moves" not in found["names"]["failures"][0]


def test_the_interval_is_wilsons(codebook: Codebook) -> None:
    found = evaluate_capabilities(classifier(KeywordScorer(codebook), codebook), CASES)
    z, n, rate = 1.959964, 4, 0.5
    centre = (rate + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    assert found["denial"]["interval"] == pytest.approx((centre - half, centre + half), abs=1e-5)


def test_a_move_within_the_margin_is_none(codebook: Codebook) -> None:
    class Nudged(KeywordScorer):
        def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
            logits = np.zeros((len(texts), *self.space.shape), dtype=np.float32)
            # P(help) is 0.5, 0.55 and 0.65.
            share = {"low": 0.5, "near": 0.55, "far": 0.65}
            logits[:, 0] = [np.log([1 - share[t], share[t] / 2, share[t] / 2]) for t in texts]
            return logits

    up = [{"frame": "help", "direction": "up"}]
    pairs = [("low", "near"), ("low", "far"), ("far", "low")]
    cases = [case("size", "direction", (a, "+"), (b, "+"), moves=up) for a, b in pairs]
    found = evaluate_capabilities(classifier(Nudged(codebook), codebook), cases)
    assert [f["id"] for f in found["size"]["failures"]] == ["low-near", "far-low"]


def test_the_table_has_a_row_each_and_a_dash_without_a_baseline(
    codebook: Codebook, tmp_path: Path
) -> None:
    own = classifier(KeywordScorer(codebook), codebook)
    result = capabilities_with_baseline(own, tmp_path, CASES)
    header, *rows = capability_rows(result)
    assert len({len(row) for row in (header, *rows)}) == 1
    assert rows[1] == ("names", "INV", "3", "1", "0.33", "0.06–0.79", "1", "–")
