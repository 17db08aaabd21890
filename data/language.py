"""Which language a text is in, by py3langid: a naive Bayes model over byte n-grams, in its package.

Lui & Baldwin (2012), "langid.py: an off-the-shelf language identification tool".
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

#: The identifier's class for what is no language: identifiers, keyboard noise.
NO_LANGUAGE = "zxx"
#: Languages that the identifier cannot tell from another in short news texts; they count as it.
_COUNTED_WITH = {"pcm": "en"}


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


@lru_cache(maxsize=1)
def _identifier() -> Any:
    # Loading takes half a second: only where a text is looked at.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Stored in half precision, which each text would convert anew.
    identifier.nb_ptc = identifier.nb_ptc.astype("float32")
    return identifier
