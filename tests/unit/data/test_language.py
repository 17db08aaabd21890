from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.data.language import NO_LANGUAGE, LanguageCheck, language_of

ENGLISH = "The parliament passed the law on Thursday after a long debate."
RUSSIAN = "Парламент принял закон в четверг после долгих споров."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (RUSSIAN, "ru"),
        ("Парламент ухваліў закон у чацвер пасля доўгіх спрэчак.", "be"),
        ("Das Parlament hat das Gesetz am Donnerstag verabschiedet.", "de"),
        ("xkjhg dfkjhg skdjfh gskdjf hgskdjfh gkjsdhfg", NO_LANGUAGE),
    ],
)
def test_sentences_are_told_by_language(text: str, language: str) -> None:
    assert language_of(text)[0] == language


def test_evidence_speaks_against_what_is_not_expected() -> None:
    english, both = LanguageCheck(["en-GB"]), LanguageCheck(["en", "ru"])
    assert english.evidence(ENGLISH).lead < -0.9
    assert english.evidence(RUSSIAN).lead > 0.5
    assert both.evidence(ENGLISH).lead < 0
    assert both.evidence(RUSSIAN).lead < 0


def test_a_language_that_the_identifier_does_not_know_is_never_doubted() -> None:
    assert LanguageCheck(["tlh"]).evidence(RUSSIAN).lead == 0
    assert LanguageCheck([]).evidence(ENGLISH).lead == 0


@given(st.text())
@settings(deadline=None, max_examples=50)
def test_any_text_gives_a_lead_between_minus_one_and_one(text: str) -> None:
    assert -1 <= LanguageCheck(["en"]).evidence(text).lead <= 1


ANY = st.text(max_size=60) | st.sampled_from(
    ["Es regnete am Freitag.", "", " ", "日本語", "\ud800 x"]
)


@given(st.lists(ANY, min_size=24, max_size=40))
@settings(deadline=None, max_examples=40)
def test_many_texts_are_judged_as_each_alone(texts: list[str]) -> None:
    check = LanguageCheck(["en"])
    together = check.evidences([*texts, "one two " * 100])
    for text, found in zip([*texts, "one two " * 100], together, strict=True):
        alone = check.evidence(text)
        assert found.lead == pytest.approx(alone.lead, abs=1e-5)
        # Two languages may be equally likely but for rounding.
        assert found.language == alone.language or abs(alone.lead) < 0.02
