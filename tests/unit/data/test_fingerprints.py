from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.data.annotations import AnnotatedSentence
from framescope.data.checks import require_unseen
from framescope.data.errors import InputError
from framescope.data.fingerprints import (
    TRAINED_ON,
    fingerprint,
    fingerprints,
    read_fingerprints,
    write_fingerprints,
)

TRAINED = ["Minsk signs a loan with a bank in Beijing", "The port of Klaipeda lies empty this week"]


def gold(*texts: str) -> list[AnnotatedSentence]:
    return [AnnotatedSentence(id=f"g{i}", text=t, frames={}) for i, t in enumerate(texts)]


def test_case_blanks_and_marks_do_not_matter_but_words_do() -> None:
    assert fingerprint("“MINSK signs a  loan, with a bank in Beijing!”") == fingerprint(TRAINED[0])
    assert fingerprint("Minsk signs no loan with a bank in Beijing") != fingerprint(TRAINED[0])


def test_short_texts_have_none() -> None:
    assert fingerprint("Read more on this") is None
    assert fingerprints(["Read more", "", *TRAINED]) == fingerprints(TRAINED)


@given(st.lists(st.text()))
def test_any_texts_are_written_and_read(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:  # fmt: skip  # noqa: E501
    folder, found = tmp_path_factory.mktemp("bundle"), fingerprints(texts)
    write_fingerprints(folder, found)
    assert read_fingerprints(folder) == found
    assert (folder / TRAINED_ON).exists() == bool(found)


@pytest.mark.parametrize("content", ["{", '{"a": 1}', "[1]"])
def test_a_broken_file_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / TRAINED_ON).write_text(content)
    with pytest.raises(InputError, match="broken"):
        read_fingerprints(tmp_path)


def test_gold_that_was_trained_on_is_refused_by_name() -> None:
    known, sentences = (
        fingerprints(TRAINED),
        gold("Rain is expected in the north today", TRAINED[1]),
    )
    with pytest.raises(InputError, match=r"1 of 2 gold sentences were trained on, such as 'g1'"):
        require_unseen(sentences, known)
    assert require_unseen(sentences, known, allowed=0.5) == 1
    assert require_unseen(sentences[:1], known) == 0
    assert require_unseen(sentences, frozenset()) == 0
