from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from framescope.data.codebook import Codebook
from framescope.inference import explain as module
from framescope.inference.explain import (
    MOST_WORDS,
    WordWeight,
    explain,
    explain_predictions,
    strongest,
    word_spans,
)
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import DecisionRule, Prediction, Scores
from framescope.models.labels import LabelSpace

#: What each word adds to the log-odds of the two frames; every other word adds nothing.
CARRIERS = {"tanks": (3.0, 0.0), "loans": (-1.0, 2.5), "not": (-0.5, -0.5), "😀tanks": (1.0, 0.0)}


class WordScorer:
    """Log-odds as a sum over words, so that the weight of every word is known."""

    kind = "words"
    computed = "cpu fp32"

    def __init__(self, space: LabelSpace) -> None:
        self.space = space
        self.calls: list[int] = []

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls.append(len(texts))
        logits = np.zeros((len(texts), *self.space.shape), dtype=np.float32)
        for row, text in enumerate(texts):
            known = [CARRIERS[text[a:b]] for a, b in word_spans(text) if text[a:b] in CARRIERS]
            logits[row, :, 1] = np.sum([(-2.0, -2.0), *known], axis=0)
        return logits

    def save(self, folder: Path) -> None:
        raise NotImplementedError


@pytest.fixture
def classifier(plain_codebook: Codebook) -> FrameClassifier:
    scorer = WordScorer(LabelSpace.of(plain_codebook))
    return FrameClassifier(plain_codebook, scorer, DecisionRule(np.ones(2), np.full(2, 0.5)))


def weights(words: Sequence[WordWeight]) -> dict[str, float]:
    return {w.word: round(w.weight, 3) for w in words}


def test_the_known_carriers_are_found(classifier: FrameClassifier) -> None:
    text = "New tanks and loans, but not today."
    (found,) = explain(classifier, [text], [["trade", "help"]])
    others = {"New": 0, "and": 0, "but": 0, "today": 0}
    assert weights(found["help"]) == {"tanks": 3, "loans": -1, "not": -0.5, **others}
    assert weights(found["trade"]) == {"tanks": 0, "loans": 2.5, "not": -0.5, **others}
    assert [w.start for w in found["help"]] == [0, 4, 10, 14, 21, 25, 29]
    assert [w.word for w in strongest(found["help"])] == ["tanks", "loans"]


def test_a_repeated_word_is_weighed_where_it_stands(classifier: FrameClassifier) -> None:
    (found,) = explain(classifier, ["tanks, tanks"], [["help"]])
    assert [(w.start, w.end) for w in found["help"]] == [(0, 5), (7, 12)]
    assert [w.weight for w in found["help"]] == pytest.approx([3, 3], abs=1e-4)


@pytest.mark.parametrize("text", ["", "   ", "?! — …"])
def test_a_text_without_words_has_no_weights(classifier: FrameClassifier, text: str) -> None:
    assert explain(classifier, [text], [["help"]]) == [{"help": []}]


def test_a_text_of_one_word_is_weighed_against_nothing(classifier: FrameClassifier) -> None:
    (found,) = explain(classifier, ["(tanks)"], [["help"]])
    assert weights(found["help"]) == {"tanks": 3}


def test_no_text_needs_no_scoring(classifier: FrameClassifier) -> None:
    assert explain(classifier, [], []) == []
    assert classifier.scorer.calls == []  # type: ignore[attr-defined]


def test_texts_are_scored_together_in_bounded_portions(
    classifier: FrameClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["tanks and loans", "no", "", "loans for tanks and not for grain"]
    asked = [["help"], ["trade"], ["help"], ["help", "trade"]]
    whole = explain(classifier, texts, asked)
    assert classifier.scorer.calls == [4 + 2 + 1 + 8]  # type: ignore[attr-defined]
    monkeypatch.setattr(module, "_CHUNK", 20)
    assert explain(classifier, texts, asked) == whole
    assert len(classifier.scorer.calls) > 5  # type: ignore[attr-defined]
    assert [list(found) for found in whole] == asked


def test_of_a_long_text_the_first_words_are_weighed(classifier: FrameClassifier) -> None:
    (found,) = explain(classifier, ["tanks " + "word " * 1000], [["help"]])
    assert len(found["help"]) == MOST_WORDS
    assert strongest(found["help"])[0].word == "tanks"


def test_certainty_gives_finite_weights(classifier: FrameClassifier) -> None:
    (found,) = explain(classifier, ["tanks " * 40], [["help"]])
    assert np.isfinite([w.weight for w in found["help"]]).all()


def test_decided_frames_are_explained_or_else_the_likeliest(classifier: FrameClassifier) -> None:
    texts = ["tanks and loans and loans", "rain"]
    predictions = classifier.predict(texts)
    assert list(predictions[0].frames) == ["trade"]
    assert [list(e) for e in explain_predictions(classifier, predictions)] == [["trade"], ["help"]]


@pytest.mark.parametrize(
    ("weight", "level"),
    [(0.0, 0), (0.6, 0), (0.7, 1), (-0.7, -1), (1.4, 2), (2.1, 3), (-9.0, -3)],
)
def test_levels_are_halvings_of_the_odds(weight: float, level: int) -> None:
    assert WordWeight(0, 1, "x", weight).level == level


@given(st.text())
def test_words_stand_where_their_places_say(text: str) -> None:
    spans = list(word_spans(text))
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert not text[start:end][0].isspace()
        assert any(c.isalnum() or not c.isascii() for c in text[start:end])
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(any(a <= i < b for a, b in spans) for i, c in enumerate(text) if c.isalpha())


@given(st.lists(st.text(max_size=40), max_size=4))
def test_explanations_of_any_texts_reproduce_their_words(texts: list[str]) -> None:
    class Even:
        space = LabelSpace(("help",), ("absent", "present"), False)

        def scores(self, texts: Sequence[str]) -> Scores:
            shape = (len(texts), 1)
            half = np.full(shape, 0.5, dtype=np.float32)
            return Scores(half, np.ones((*shape, 1), np.float32), np.ones(shape, bool))

    found = explain(Even(), texts, [["help"]] * len(texts))  # type: ignore[arg-type]
    assert len(found) == len(texts)
    for text, explanation in zip(texts, found, strict=True):
        assert [w.word for w in explanation["help"]] == [text[a:b] for a, b in word_spans(text)]
        assert all(text[w.start : w.end] == w.word for w in explanation["help"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Moscow's de-risking – “really”?", ["Moscow's", "de-risking", "really"]),
        (
            "Minsk/Beijing: 3.5% of $30,000—more",
            ["Minsk", "Beijing", "3.5", "of", "30,000", "more"],
        ),
        ("[bold]tanks[/bold] <script>", ["bold]tanks", "bold", "script"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("سلاح، لروسيا", ["سلاح", "لروسيا"]),
    ],
)
def test_words_of_news(text: str, words: list[str]) -> None:
    assert [text[a:b] for a, b in word_spans(text)] == words


def test_texts_that_nothing_is_asked_of_are_not_scored(classifier: FrameClassifier) -> None:
    texts = ["tanks and loans", "tanks", "loans and tanks"]
    found = explain(classifier, texts, [[], ["help"], []])
    assert classifier.scorer.calls == [2]  # type: ignore[attr-defined]
    assert found[0] == found[2] == {}
    assert weights(found[1]["help"]) == {"tanks": 3}


def test_what_was_not_measured_is_not_explained(classifier: FrameClassifier) -> None:
    assert explain_predictions(classifier, [Prediction("x", abstained="language")]) == [{}]
    assert classifier.scorer.calls == []  # type: ignore[attr-defined]
