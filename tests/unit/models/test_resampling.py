from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from framescope.models.resampling import document_codes, document_weights


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1))
def test_sentences_of_one_document_and_no_others_share_a_number(groups: list[str]) -> None:
    codes = document_codes(groups)
    assert set(codes) == set(range(len(set(groups))))
    assert len(set(zip(groups, codes, strict=True))) == len(set(groups))


def test_as_many_documents_are_drawn_as_there_are() -> None:
    weights = document_weights(5, draws=2000, seed=1)
    assert weights.shape == (2000, 5)
    assert (weights.sum(axis=1) == 5).all()
    assert np.allclose(weights.mean(axis=0), 1, atol=0.1)
    assert (weights == document_weights(5, draws=2000, seed=1)).all()
