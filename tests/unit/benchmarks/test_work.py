from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.quality.work import Decisions, Work, exclusive
from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.models.labels import LabelSpace
from framescope.training.settings import TrainSettings

SPACE = LabelSpace(("help", "trade"), ("absent", "supports", "disputes"), True)


def test_joint_labels_go_there_and_back(
    codebook: Codebook, sentences: list[AnnotatedSentence]
) -> None:
    work = Work(sentences, {}, codebook, TrainSettings())
    labels = work.labels()
    assert labels.shape == (len(sentences), 4)
    decisions = Decisions.of_labels(labels.astype(float), work.space)
    assert (decisions.codes == work.space.encode(sentences)).all()


@given(arrays(np.float64, (5, 4), elements=st.floats(0, 1)))
def test_a_frame_is_present_if_one_of_its_labels_is_likely(probability: np.ndarray) -> None:
    decisions = Decisions.of_labels(probability, SPACE)
    by_frame = probability.reshape(5, 2, 2)
    assert ((decisions.codes > 0) == (by_frame >= 0.5).any(axis=2)).all()
    found = decisions.codes > 0
    assert (decisions.codes[found] == decisions.stance[found]).all()


def test_one_label_each_is_one_choice() -> None:
    assert exclusive(np.array([[1, 0], [0, 1]]))
    assert not exclusive(np.array([[1, 0], [0, 0]]))
    assert not exclusive(np.array([[1, 1], [0, 1]]))
    assert not exclusive(np.array([[1, 0], [1, 0]])), "the second class was never seen"
