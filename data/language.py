"""Which language a text is in, by py3langid: a naive Bayes model over byte n-grams, in its package.

Lui & Baldwin (2012), "langid.py: an off-the-shelf language identification tool".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from framescope.data.language_batch import BatchIdentifier

#: The identifier's class for what is no language: identifiers, keyboard noise.
NO_LANGUAGE = "zxx"
#: Languages that the identifier cannot tell from another in short news texts; they count as it.
_COUNTED_WITH = {"pcm": "en"}
#: Longer texts, in characters, are identified one by one, and so are a few.
_LONGEST_TOGETHER = 400
_FEWEST_TOGETHER = 24
#: Most texts in one pass, which needs some 20 MB.
_TOGETHER = 1000


class Evidence(NamedTuple):
    """What speaks against the expected languages in one text.

    Attributes:
        lead: P(likeliest other language) - P(expected languages), above 0; below 0, minus the
            probability of the expected language that is likeliest; 0 where nothing can be told.
        language: The likeliest language (ISO 639 code, or ``zxx``).
    """

    lead: float
    language: str


def language_of(text: str) -> tuple[str, float]:
    """The likeliest language of a text and its probability."""
    language, probability = _identifier().classify(text)
    return _COUNTED_WITH.get(language, language), float(probability)


class LanguageCheck:
    """Tells how clearly texts are in none of the expected languages.

    Args:
        expected: ISO 639 codes, ``en`` or ``en-GB``; where the identifier knows none of them,
            nothing speaks against them.
    """

    def __init__(self, expected: Iterable[str]) -> None:
        self._expected = {code.partition("-")[0].lower() for code in expected}
        self._possible = not self._expected.isdisjoint(_identifier().labels)

    def evidence(self, text: str) -> Evidence:
        """What speaks against the expected languages in one text."""
        language, probability = language_of(text)
        if language in self._expected:
            return Evidence(-probability, language)
        if not self._possible:
            return Evidence(0.0, language)
        ranked = _identifier().rank(text)
        own = sum(p for name, p in ranked if _COUNTED_WITH.get(name, name) in self._expected)
        return Evidence(probability - own, language)

    def evidences(self, texts: Sequence[str]) -> list[Evidence]:
        """What speaks against the expected languages in each of n texts; faster where many."""
        together = [i for i, text in enumerate(texts) if len(text) <= _LONGEST_TOGETHER]
        if len(together) < _FEWEST_TOGETHER:
            return [self.evidence(text) for text in texts]
        found = dict(zip(together, self._together([texts[i] for i in together]), strict=True))
        return [found[i] if i in found else self.evidence(t) for i, t in enumerate(texts)]

    def _together(self, texts: Sequence[str]) -> Iterator[Evidence]:
        batch = _batch_identifier()
        labels = [_COUNTED_WITH.get(name, name) for name in batch.labels]
        expected = [name in self._expected for name in labels]
        for start in range(0, len(texts), _TOGETHER):
            found = batch.probabilities(texts[start : start + _TOGETHER])
            best, highest = found.argmax(axis=1).tolist(), found.max(axis=1).tolist()
            own = found[:, expected].sum(axis=1).tolist()
            for i, probability, ours in zip(best, highest, own, strict=True):
                other = probability - ours if self._possible else 0.0
                yield Evidence(-probability if expected[i] else other, labels[i])


@lru_cache(maxsize=1)
def _batch_identifier() -> BatchIdentifier:
    from framescope.data.language_batch import BatchIdentifier

    return BatchIdentifier(_identifier())


@lru_cache(maxsize=1)
def _identifier() -> Any:
    # Loading takes half a second: only where a text is looked at.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Stored in half precision, which each text would convert anew.
    identifier.nb_ptc = identifier.nb_ptc.astype("float32")
    return identifier
