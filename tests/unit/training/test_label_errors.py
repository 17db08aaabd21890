from __future__ import annotations

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.training.fit import fit_linear
from framescope.training.label_errors import rank_label_errors


def test_planted_errors_come_first(codebook: Codebook, sentences: list[AnnotatedSentence]) -> None:
    planted = {"0-help-1": {}, "3-none-0": {"trade": "supports"}, "7-trade-2": {"help": "disputes"}}
    spoilt = [
        s.model_copy(update={"frames": planted[s.id]}) if s.id in planted else s for s in sentences
    ]
    found = rank_label_errors(spoilt, fit_linear(spoilt, codebook, seed=0))
    assert len(found) == len(spoilt)
    assert {s.sentence.id for s in found[:3]} == set(planted)
    by_id = {s.sentence.id: s for s in found}
    assert "help" in by_id["0-help-1"].suggested
    assert by_id["3-none-0"].suggested == {}
    assert [s.quality for s in found] == sorted(s.quality for s in found)
