from __future__ import annotations

import numpy as np
import pytest

from framescope.data.agreement import measure_agreement
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.data.errors import InputError


def row(i: int, annotator: str, frames: dict[str, str | None] | None) -> AnnotatedSentence:
    return AnnotatedSentence(
        id=str(i), text=f"t{i}", frames=frames, document=f"d{i // 4}", annotator=annotator
    )


def test_alpha_of_a_published_example(codebook: Codebook) -> None:
    """Krippendorff (2011), 'Computing Krippendorff's Alpha-Reliability', example A: 0.095."""
    jim = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    joan = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    rows = [
        row(i, name, {"help": "supports"} if value else {})
        for name, values in (("jim", jim), ("joan", joan))
        for i, value in enumerate(values)
    ]
    result = measure_agreement(rows, codebook)
    assert result.alpha["help"].value == pytest.approx(0.095, abs=5e-4)
    assert result.alpha["trade"].value is None
    assert [d.id for d in result.disagreements] == ["0", "2", "5", "8"]


def test_perfect_and_random_annotators(codebook: Codebook) -> None:
    random = np.random.default_rng(0)
    first = [{"help": s} if p else {} for p, s in _draw(random)]
    second = [{"help": s} if p else {} for p, s in _draw(random)]
    one = [row(i, "a", f) for i, f in enumerate(first)]
    same = measure_agreement([*one, *(row(i, "b", f) for i, f in enumerate(first))], codebook)
    assert same.alpha["help"].value == same.stance_kappa["help"].value == 1
    assert same.disagreements == []
    other = measure_agreement([*one, *(row(i, "b", f) for i, f in enumerate(second))], codebook)
    for measure in (other.alpha["help"], other.stance_kappa["help"]):
        assert measure.low is not None
        assert measure.high is not None
        assert measure.low < 0.05 < measure.high + 0.1


def _draw(random: np.random.Generator) -> list[tuple[bool, str]]:
    return [
        (random.random() < 0.5, str(random.choice(["supports", "disputes"]))) for _ in range(400)
    ]


def test_sentences_of_one_annotator_do_not_count(codebook: Codebook) -> None:
    rows = [row(0, "a", {}), row(0, "b", {}), row(1, "a", {"help": "supports"}), row(2, "a", None)]
    assert measure_agreement(rows, codebook).sentences == 1
    with pytest.raises(InputError, match="two annotators"):
        measure_agreement(rows[2:], codebook)
