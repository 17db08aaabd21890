from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import DecisionRule
from framescope.models.labels import LabelSpace
from framescope.training.retraining.gate import compare_on_gold
from framescope.training.retraining.rules import GateRule
from framescope.training.retraining.suspicion import agreement_with_champion
from tests.conftest import make_sentences

Flip = Callable[[NDArray[np.int64]], NDArray[np.int64]]


class Oracle:
    """A scorer that knows the labels, and errs where it is told to."""

    kind, computed = "oracle", "cpu fp32"

    def __init__(self, space: LabelSpace, known: dict[str, NDArray[np.int64]]) -> None:
        self.space, self._known = space, known

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        codes = np.array([self._known[text] for text in texts])
        return np.asarray(10 * np.eye(self.space.shape[1], dtype=np.float32)[codes])

    def save(self, folder: Path) -> None:
        raise NotImplementedError


def oracle(
    codebook: Codebook, gold: Sequence[AnnotatedSentence], wrong: Sequence[int] = ()
) -> FrameClassifier:
    space = LabelSpace.of(codebook)
    codes = space.encode(gold)
    codes[list(wrong)] = np.roll(codes[list(wrong)], 1, axis=1)
    known = {s.text: row for s, row in zip(gold, codes, strict=True)}
    frames = len(space.frames)
    rule = DecisionRule(np.ones(frames), np.full(frames, 0.5))
    return FrameClassifier(codebook, Oracle(space, known), rule)


@pytest.fixture
def gold() -> list[AnnotatedSentence]:
    return make_sentences(stances=True, documents=40)


def framed(gold: Sequence[AnnotatedSentence]) -> list[int]:
    return [i for i, s in enumerate(gold) if s.labels]


def test_a_better_challenger_passes_and_its_gains_are_told(
    codebook: Codebook, gold: list[AnnotatedSentence]
) -> None:
    wrong = framed(gold)[::6]
    champion, challenger = oracle(codebook, gold, wrong), oracle(codebook, gold, wrong[:10])
    verdict = compare_on_gold(champion, challenger, gold, GateRule())
    assert verdict.passes
    deciding = verdict.comparisons[0]
    assert deciding.metric == "joint_micro_f1"
    assert deciding.interval is not None
    assert 0 < deciding.interval[0] < (deciding.difference or 0) < deciding.interval[1]
    assert [s.id for s in verdict.gained] == [gold[i].id for i in wrong[10:]]
    assert verdict.lost == []
    back = compare_on_gold(challenger, champion, gold, GateRule())
    assert not back.passes
    assert [s.id for s in back.lost] == [gold[i].id for i in wrong[10:]]


def test_the_same_again_does_not_pass(codebook: Codebook, gold: list[AnnotatedSentence]) -> None:
    model = oracle(codebook, gold, framed(gold)[::6])
    verdict = compare_on_gold(model, model, gold, GateRule())
    assert not verdict.passes
    assert "0.0% of the draws" in verdict.why[0]
    assert {c.difference for c in verdict.comparisons} == {0.0}


def test_no_frame_may_pay_for_the_others(codebook: Codebook, gold: list[AnnotatedSentence]) -> None:
    of = {f: [i for i, s in enumerate(gold) if f in s.labels] for f in codebook.frame_ids}
    champion = oracle(codebook, gold, of["help"][::2])
    swapped = replace(champion, rule=DecisionRule(np.ones(2), np.array([0.5, 2.0])))
    worse = compare_on_gold(champion, swapped, gold, GateRule())
    assert any("joint_f1 of trade is worse by more than 0.02" in line for line in worse.why)


@pytest.mark.parametrize("what", ["presence", "stance", "shuffled"])
def test_flipped_labels_are_suspicious(
    what: str, codebook: Codebook, gold: list[AnnotatedSentence]
) -> None:
    champion = oracle(codebook, gold, framed(gold)[::5])
    flipped = {"supports": "disputes", "disputes": "supports"}
    random = np.random.default_rng(0).permutation(len(gold))

    def poisoned(i: int) -> dict[str, Any]:
        labels = gold[i].labels
        if what == "presence":
            return {} if labels else {"help": "supports"}
        if what == "stance":
            return {frame: flipped[str(stance)] for frame, stance in labels.items()}
        return gold[random[i]].labels

    batch = [s.model_copy(update={"frames": poisoned(i)}) for i, s in enumerate(gold[:240])]
    found = agreement_with_champion(champion, batch, gold)
    assert any(a.suspicious for a in found)
    told = next(a for a in found if a.suspicious).as_line()
    assert "speak against the champion's decisions" in told
    assert not any(a.suspicious for a in agreement_with_champion(champion, gold[:240], gold))


def test_hard_but_honest_labels_are_not_suspicious(
    codebook: Codebook, gold: list[AnnotatedSentence]
) -> None:
    wrong = framed(gold)[::3]
    champion = oracle(codebook, gold, wrong)
    hard = {gold[i].id for i in wrong[:20]}
    batch = [s for s in gold if s.id in hard] + gold[120:200]
    assert not any(a.suspicious for a in agreement_with_champion(champion, batch, gold))
