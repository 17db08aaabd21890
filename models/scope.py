"""What a model was trained for, and abstaining from the rest (decision 9).

A model gives every text a probability, also a text in a language it never saw. What is clearly
outside its scope is not measured: it is neither present nor absent.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from framescope.data.errors import InputError
from framescope.data.language import NO_LANGUAGE, Evidence, LanguageCheck, language_of
from framescope.data.output import write_json

Reason = Literal["language", "unlike_training"]
#: Reasons to abstain, with what the report says of them.
REASONS: dict[Reason, str] = {
    "language": "in another language",
    "unlike_training": "unlike any training sentence (lists, code, signs)",
}
SCOPE_FILE = "scope.json"

#: Share of the training sentences above which a language is one the model was trained for.
_LANGUAGE_SHARE = 0.05
#: Below this probability a training sentence tells no language.
_IDENTIFIED = 0.5
#: Lead of other languages over an article's sentences above which the article is in one of them.
_FOREIGN_ARTICLE = 0.4
#: Lead of another language above which a sentence in an article of ours is abstained from.
_FOREIGN_SENTENCE = 0.8
#: Probability of our language above which a sentence in a foreign article is still measured.
_OWN_SENTENCE = 0.5
#: Share of letters among the signs below which a text is a row of figures or ornaments.
_LETTERS = 0.4
_FEWEST_WORDS = 5
#: Words that a training corpus must have before a sentence of new words alone is odd (decision 9).
_ENOUGH_KNOWN = 4000
#: Share of known words from which a sentence is in a language of ours: most are, and the
#: identifier, which takes ten times as long, need not be asked.
_FAMILIAR = 0.8
_OURS = Evidence(-1.0, "")
#: Thai, Lao, Tibetan, Burmese, Khmer, Chinese and Japanese letters: a run of them is no one word.
_UNSPACED = (
    "\u0e00-\u109f\u1780-\u17ff\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[^\W\d_{_UNSPACED}]+")
_ASCII_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a model was trained for; an empty scope abstains from nothing but signs and numbers.

    Attributes:
        languages: ISO 639 codes of the training sentences.
        words: All words of the training sentences, in lower case; none in scripts without spaces.
    """

    languages: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Sequence[str], language: str) -> Scope:
        """The scope of a corpus: the codebook's language, and any with 5 % of the sentences."""
        told = [name for name, probability in map(language_of, texts) if probability > _IDENTIFIED]
        counts = Counter(told)
        found = {n for n, count in counts.items() if count >= _LANGUAGE_SHARE * len(texts)}
        words = frozenset(word for text in texts for word in words_of_scope(text))
        return cls(tuple(sorted(found - {NO_LANGUAGE} | {language})), words)

    @classmethod
    def load(cls, folder: Path, language: str) -> Scope:
        """The scope in a bundle; of a bundle without one, the codebook's language alone.

        Raises:
            InputError: The file is broken.
        """
        path = folder / SCOPE_FILE
        if not path.is_file():
            return cls((language,))
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(tuple(content["languages"]), frozenset(content["words"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"cannot read it: {error}", path=path) from error

    def save(self, folder: Path) -> None:
        """Write the scope into a bundle."""
        content = {"languages": list(self.languages), "words": sorted(self.words)}
        write_json(folder / SCOPE_FILE, content)

    def judge(self, article: Sequence[str]) -> list[Reason | None]:
        """Why to abstain from each sentence of one article; None where it is measured.

        The article is judged as a whole, each sentence counting by its length, so that a short
        sentence full of foreign names stays in an article of ours, and goes with a foreign one.
        """
        return self.judge_all([article])[0]

    def judge_all(self, articles: Sequence[Sequence[str]]) -> list[list[Reason | None]]:
        """What ``judge`` says of each article; many at once cost less."""
        looks = [[self._look(text) for text in article] for article in articles]
        pairs = [
            pair for both in zip(articles, looks, strict=True) for pair in zip(*both, strict=True)
        ]
        asked = [text for text, look in pairs if not look.known >= _FAMILIAR]
        answers = iter(LanguageCheck(self.languages).evidences(asked))
        found = [[_OURS if n.known >= _FAMILIAR else next(answers) for n in of] for of in looks]
        return [self._judged(*parts) for parts in zip(articles, looks, found, strict=True)]

    def _judged(
        self, article: Sequence[str], looks: Sequence[_Look], found: Sequence[Evidence]
    ) -> list[Reason | None]:
        length = sum(map(len, article))
        lead = sum(e.lead * len(t) for e, t in zip(found, article, strict=True)) / max(length, 1)
        limit = -_OWN_SENTENCE if lead > _FOREIGN_ARTICLE else _FOREIGN_SENTENCE
        return [self._reason(look, e, limit) for look, e in zip(looks, found, strict=True)]

    def _reason(self, look: _Look, evidence: Evidence, limit: float) -> Reason | None:
        if evidence.lead > limit:
            return "unlike_training" if evidence.language == NO_LANGUAGE else "language"
        all_new = len(self.words) >= _ENOUGH_KNOWN and look.known == 0
        return "unlike_training" if all_new or not look.lettered else None

    def known_share(self, text: str) -> float:
        """Share of a text's words that stood in training sentences; NaN where words are few."""
        return self._look(text).known

    def _look(self, text: str) -> _Look:
        words = words_of_scope(text)
        known = sum(map(self.words.__contains__, words)) / len(words) if words else 0.0
        signs = "".join(text.split())
        lettered = _letters_of_ascii(words, signs) if text.isascii() else _mostly_letters(signs)
        return _Look(known if len(words) >= _FEWEST_WORDS else float("nan"), lettered)


class _Look(NamedTuple):
    """What a text looks like.

    Attributes:
        known: Share of its words that stood in training sentences; NaN where words are few.
        lettered: Whether it is mostly letters.
    """

    known: float
    lettered: bool


def words_of_scope(text: str) -> list[str]:
    """The words of a text that a scope knows or does not know, in lower case."""
    # The same words; most sentences take the fast way.
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text.lower())


def _letters_of_ascii(words: list[str], signs: str) -> bool:
    return bool(signs) and len("".join(words)) >= _LETTERS * len(signs)


def _mostly_letters(signs: str) -> bool:
    if sum(map(str.isalpha, signs)) >= _LETTERS * len(signs):
        return bool(signs)
    # Vowels of Indic scripts are marks, not letters.
    marks = sum(unicodedata.category(sign)[0] in "LM" for sign in signs)
    return marks >= _LETTERS * len(signs)
