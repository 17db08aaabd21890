from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.data.annotations import AnnotatedSentence
from framescope.data.errors import InputError
from framescope.data.splits import document_folds, document_holdout

rows = st.lists(
    st.builds(
        AnnotatedSentence,
        id=st.uuids().map(str),
        text=st.just("x"),
        document=st.sampled_from([f"d{i}" for i in range(12)]),
        frames=st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["s", "t"])),
    ),
    min_size=20,
    max_size=80,
)


@settings(max_examples=40, deadline=None)
@given(rows, st.integers(2, 4), st.integers(0, 99))
def test_folds_cover_every_sentence_once_and_never_cut_a_document(
    sentences: list[AnnotatedSentence], folds: int, seed: int
) -> None:
    if len({s.group for s in sentences}) < folds:
        return
    parts = document_folds(sentences, folds=folds, seed=seed)
    held = np.concatenate([fold for _, fold in parts])
    assert sorted(held) == list(range(len(sentences)))
    for rest, fold in parts:
        assert not {sentences[i].group for i in rest} & {sentences[i].group for i in fold}
        assert len(rest) + len(fold) == len(sentences)


def test_rare_cells_are_spread_over_the_folds(sentences: list[AnnotatedSentence]) -> None:
    for _, fold in document_folds(sentences, folds=3, seed=1):
        cells = Counter(tuple(sentences[i].labels.items()) for i in fold)
        assert len(cells) == 5


def test_a_seed_gives_one_split_and_another_seed_another(
    sentences: list[AnnotatedSentence],
) -> None:
    same = [document_holdout(sentences, share=0.25, seed=3)[1].tolist() for _ in range(2)]
    assert same[0] == same[1]
    assert document_holdout(sentences, share=0.25, seed=4)[1].tolist() != same[0]


def test_too_few_documents_are_a_clear_error(sentences: list[AnnotatedSentence]) -> None:
    alone = [s for s in sentences if s.document == "doc-1"]
    with pytest.raises(InputError, match="1 documents cannot be cut into 3 folds"):
        document_folds(alone, folds=3, seed=0)


def test_cells_rarer_than_the_folds_do_not_stop_the_split() -> None:
    sentences = [
        AnnotatedSentence(id=str(i), text="x", document=f"d{i}", frames={"f": f"s{i // 4}"})
        for i in range(20)
    ]
    parts = document_folds(sentences, folds=5, seed=0)
    assert sorted(np.concatenate([fold for _, fold in parts])) == list(range(20))
