from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from framescope.models.ngrams import Words
from framescope.models.tfidf import CharacterNgrams, Tfidf, WordNgrams

ANALYSERS = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b"},
    "characters": {"analyzer": "char_wb", "ngram_range": (2, 5)},
}
CORPUS = [
    "Tanks were shipped; the Tanks were not paid for.",
    "“No,” said Łukasz: it's 3.5\u00a0million €… and a a a a",
    "снег И дождь, снег — e\u0301clair éclair ﬁne straße ǅ İstanbul",
    "昨天，北京，警方说，没有人受伤。 \x00\x00 \x1f x_y _ 🏳️‍🌈 \ud800 end",
    "to be or not to be, that is the question?!",
]
Features = Callable[[list[str]], csr_matrix]


def both(kind: str) -> tuple[Features, Features]:
    """The same features from scikit-learn and from here."""
    reference = TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **ANALYSERS[kind])
    reference.fit(CORPUS)
    counter = {"words": WordNgrams, "characters": CharacterNgrams}[kind]
    ours = Tfidf(counter(list(reference.get_feature_names_out())), reference.idf_)
    return reference.transform, lambda texts: ours.features(Words(texts))


PAIRS = {kind: both(kind) for kind in ANALYSERS}
SPACES = " \n\t\u2028\x1c\x00\u00a0"
pieces = st.sampled_from([*SPACES, *"".join(CORPUS), "tanks", "to be", "\ud800"])
hostile = st.lists(pieces, max_size=30).map("".join) | st.text(max_size=60)


@pytest.mark.parametrize("kind", ANALYSERS)
@given(texts=st.lists(hostile, min_size=1, max_size=8))
@settings(deadline=None, max_examples=150)
def test_features_are_those_of_scikit_learn_whatever_the_text(kind: str, texts: list[str]) -> None:
    theirs, ours = PAIRS[kind]
    expected, found = theirs(texts), ours(texts)
    assert found.shape == expected.shape
    assert abs(found - expected).max() < 1e-5
