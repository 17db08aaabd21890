from __future__ import annotations

from pathlib import Path

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.models.registry.differences import Difference, describe_bundle, differences
from tests.tiny_bundles import make_bundle


def test_two_bundles_side_by_side(
    tmp_path: Path, codebook: Codebook, sentences: list[AnnotatedSentence]
) -> None:
    make_bundle(tmp_path / "a", codebook, sentences, threshold=0.4)
    make_bundle(tmp_path / "b", codebook, sentences[:60], threshold=0.5)
    found = differences(tmp_path / "a", tmp_path / "b")
    assert Difference("thresholds", "help", 0.4, 0.5) in found
    assert Difference("corpus", "sentences", len(sentences), 60) in found
    assert Difference("metrics (out of fold)", "macro_f1", 0.4, 0.5) in found
    assert not [d for d in found if d.part in {"settings", "temperatures"}]
    assert differences(tmp_path / "a", tmp_path / "a") == []
    assert describe_bundle(tmp_path / "a")["settings"]["model"] == "linear"
