from __future__ import annotations

import numpy as np

from framescope.data.annotations import AnnotatedSentence
from framescope.training.fit import baseline_folds, stopping_split
from framescope.training.settings import TrainSettings


def test_large_corpora_have_fewer_folds_of_the_baseline() -> None:
    assert [baseline_folds(n) for n in (10, 4999, 5000, 50_000)] == [5, 5, 2, 2]


def test_a_single_pass_trains_on_all_and_more_are_stopped_by_other_documents(
    sentences: list[AnnotatedSentence],
) -> None:
    rest = np.arange(0, len(sentences), 2)
    train, check = stopping_split(sentences, rest, TrainSettings(epochs=1))
    assert train.tolist() == rest.tolist()
    assert check is None
    train, check = stopping_split(sentences, rest, TrainSettings(epochs=2))
    assert check is not None
    assert sorted([*train, *check]) == rest.tolist()
    assert not {sentences[i].group for i in train} & {sentences[i].group for i in check}
