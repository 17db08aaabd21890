"""Which words carry a frame: each word is left out in turn, and what that costs is its weight.

Zeiler & Fergus 2014 (section 4.2) occlude parts of a picture, Li, Monroe & Jurafsky 2016 erase
words. It asks nothing of a classifier but its scores, so that it explains the decision itself,
whatever makes it: network, linear baseline or both (decision 8).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from framescope.data.console import progress_bar
from framescope.models.classifier import FrameClassifier
from framescope.models.decisions import Prediction

#: Words of one text that are weighed; those after them have no weight.
MOST_WORDS = 256
#: Characters scored at a time: some thousand sentences, or one long text a few times over.
_CHUNK = 1_000_000
#: Probabilities are kept this far from 0 and 1, where float32 has no finite odds left.
_MARGIN = 1e-6
#: Whitespace, dashes and slashes stand between words; a hyphen stands within one.
_TOKEN = re.compile(r"[^\s\u2012-\u2015/]+")
#: Weights of the levels 1 to 3: without the word the odds are a half, a quarter, an eighth.
_LEVELS = np.log([2, 4, 8])
#: Words that are named beside a text.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class WordWeight:
    """What a word adds to a frame.

    Attributes:
        start: Its first character in the text.
        end: The character after its last.
        word: ``text[start:end]``.
        weight: By how much the log-odds of P(frame) fall when the word is left out (natural
            logarithm). Positive words speak for the frame, negative ones against it.
    """

    start: int
    end: int
    word: str
    weight: float

    @property
    def level(self) -> int:
        """How strong the weight is, from 0 (not worth marking) to 3, with the weight's sign."""
        return int(np.sign(self.weight) * np.searchsorted(_LEVELS, abs(self.weight), "right"))


#: The words of one text, for each frame that was asked about.
Explanation = dict[str, list[WordWeight]]


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each word: a run without spaces, the punctuation around it left off.

    Words of scripts without spaces are not told apart: such a run counts as one.
    """
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        while start < end and not _in_word(text[start]):
            start += 1
        while start < end and not _in_word(text[end - 1]):
            end -= 1
        if start < end:
            yield start, end


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"  # letters, marks (vowel signs), numbers


def strongest(words: Iterable[WordWeight]) -> list[WordWeight]:
    """The few words worth naming, the strongest first."""
    found = (word for word in words if word.level)
    return sorted(found, key=lambda word: -abs(word.weight))[:_MOST_NAMED]


def explain(
    classifier: FrameClassifier, texts: Sequence[str], frames: Sequence[Sequence[str]]
) -> list[Explanation]:
    """The weight of each word of n texts for the frames that are asked about.

    Args:
        classifier: What decides.
        texts: The texts, of which the first ``MOST_WORDS`` words are weighed.
        frames: The frames to explain, for each text; a text without any is not scored.

    Returns:
        For each text and frame the words in the order of the text.
    """
    spans = [list(islice(word_spans(text), MOST_WORDS)) for text in texts]
    asked = zip(texts, spans, frames, strict=True)
    variants = (v for text, found, wanted in asked if wanted for v in _variants(text, found))
    sizes = [1 + len(s) if wanted else 0 for s, wanted in zip(spans, frames, strict=True)]
    odds = iter(np.split(_log_odds(classifier, variants, sum(sizes)), np.cumsum(sizes)))
    at = {frame: f for f, frame in enumerate(classifier.space.frames)}
    return [
        {frame: _weigh(text, found, rows[:, at[frame]]) for frame in wanted}
        for text, found, wanted, rows in zip(texts, spans, frames, odds, strict=False)
    ]


def explain_predictions(
    classifier: FrameClassifier, predictions: Sequence[Prediction]
) -> list[Explanation]:
    """Explain the frames that were decided, or the likeliest; nothing where it abstained."""
    frames = [_frames_to_explain(prediction) for prediction in predictions]
    return explain(classifier, [p.text for p in predictions], frames)


def _frames_to_explain(prediction: Prediction) -> list[str]:
    likeliest = prediction.likeliest
    return list(prediction.frames or ([] if likeliest is None else [likeliest]))


def _variants(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    """The text, then the text without each of its words."""
    yield text
    for start, end in spans:
        yield text[:start] + text[end:]


def _weigh(
    text: str, spans: Iterable[tuple[int, int]], odds: NDArray[np.float64]
) -> list[WordWeight]:
    """Weights from the log-odds of the whole text and of its variants, shape (1 + words,)."""
    weights = odds[0] - odds[1:]
    return [
        WordWeight(start, end, text[start:end], float(weight))
        for (start, end), weight in zip(spans, weights, strict=True)
    ]


def _log_odds(classifier: FrameClassifier, texts: Iterable[str], total: int) -> NDArray[np.float64]:
    """Log-odds of every frame in every text, shape (total, F)."""
    found = [np.empty((0, len(classifier.space.frames)))]
    with progress_bar("Explaining", total=total, unit="variants") as bar:
        for chunk in _chunks(texts):
            probability = classifier.scores(chunk).frame_probability.astype(np.float64)
            found.append(logit(probability.clip(_MARGIN, 1 - _MARGIN)))
            bar.advance(len(chunk))
    return np.concatenate(found)


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for text in texts:
        chunk.append(text)
        size += len(text)
        if size >= _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
