from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.data.errors import InputError
from framescope.models.scope import SCOPE_FILE, Scope

ENGLISH = [
    "The government said on Monday that the new bridge would open in the autumn.",
    "Officials expect that trade with the neighbouring country will grow this year.",
    "Nobody was hurt when the fire broke out in a warehouse near the station.",
]
RUSSIAN = [
    "Правительство сообщило, что новый мост откроют осенью.",
    "Торговля с соседней страной вырастет в этом году, считают чиновники.",
    "Пожар на складе у вокзала потушен, пострадавших нет.",
]
NAMES = "Navumau, Kavalenka, Shuhayeu: Akrestsina, Baranavichy"
SCOPE = Scope.of(ENGLISH * 20, "en")
#: The same with as many words as a real corpus has.
LARGE = Scope(("en",), SCOPE.words | {f"word{i}" for i in range(4000)})


def test_the_scope_of_a_corpus_is_its_languages_and_words() -> None:
    assert SCOPE.languages == ("en",)
    assert {"bridge", "warehouse"} <= SCOPE.words
    assert Scope.of(ENGLISH * 9 + RUSSIAN, "en").languages == ("en", "ru")
    # One sentence in sixty is noise, not a language that the model was trained for.
    assert Scope.of(ENGLISH * 20 + RUSSIAN[:1], "en").languages == ("en",)
    assert Scope.of(["123"], "en").languages == ("en",)


def test_an_article_in_another_language_goes_as_a_whole() -> None:
    assert SCOPE.judge([*RUSSIAN, "ТАСС"]) == ["language"] * 4
    assert Scope(("en", "ru")).judge(RUSSIAN) == [None] * 3


def test_foreign_names_stay_in_an_article_of_ours_and_foreign_sentences_go() -> None:
    scope = Scope(("en",))
    assert scope.judge([*ENGLISH, NAMES, "Leer más"]) == [None] * 5
    spanish = "Estoy muy emocionada por este homenaje a la mujer colombiana y a su historia."
    assert scope.judge([*ENGLISH, spanish]) == [None, None, None, "language"]


def test_an_english_sentence_in_a_foreign_article_is_measured() -> None:
    assert SCOPE.judge([ENGLISH[0], *RUSSIAN, *RUSSIAN])[:2] == [None, "language"]


@pytest.mark.parametrize(
    "text",
    ["...", "12.5 13.7 14.2 15.9", "", "AAPL MSFT GOOG AMZN TSLA NVDA", "asdkjh qwlekj zxmcn qwe"],
)
def test_what_is_unlike_any_training_sentence_is_not_measured(text: str) -> None:
    assert LARGE.judge([text]) == ["unlike_training"]


def test_a_small_corpus_knows_too_few_words_to_call_new_ones_odd() -> None:
    text = "Quarterly turnover plunged across several industries."
    assert LARGE.judge([text]) == ["unlike_training"]
    assert SCOPE.judge([text]) == [None]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "昨天，北京，警方说，没有人受伤，调查仍在继续。"),
        ("ja", "昨日、東京で、警察は、けが人は、いないと発表した。"),
        ("th", "เมื่อวานนี้ ตำรวจ กล่าวว่า ไม่มี ผู้บาดเจ็บ และ การสอบสวน ยังดำเนินต่อไป"),
    ],
)
def test_clauses_of_scripts_without_spaces_are_no_new_words(language: str, text: str) -> None:
    scope = Scope((language,), LARGE.words)
    assert scope.judge([text]) == [None]
    assert Scope.of([text], language).words == frozenset()


def test_figures_and_new_words_alone_are_no_reason() -> None:
    assert SCOPE.judge(["Salary range is $120,000 to $170,000."]) == [None]
    assert SCOPE.judge(["Quarterly turnover plunged."]) == [None]
    hindi = "सरकार ने नए बजट की घोषणा की।"
    assert Scope(("hi",)).judge([hindi]) == [None]


def test_an_empty_scope_leaves_out_signs_alone() -> None:
    assert Scope().judge([ENGLISH[0], RUSSIAN[0], NAMES, "***"]) == [None] * 3 + ["unlike_training"]


@given(st.lists(st.text(max_size=40), max_size=6))
@settings(deadline=None, max_examples=50)
def test_any_article_gets_one_answer_a_sentence_whatever_the_order(article: list[str]) -> None:
    reasons = SCOPE.judge(article)
    assert len(reasons) == len(article)
    assert SCOPE.judge(article[::-1]) == reasons[::-1]


def test_a_scope_is_written_and_read_and_a_broken_one_told(tmp_path: Path) -> None:
    SCOPE.save(tmp_path)
    assert Scope.load(tmp_path, "de") == SCOPE
    (tmp_path / SCOPE_FILE).write_text(json.dumps({"languages": ["en"]}))
    with pytest.raises(InputError, match=SCOPE_FILE):
        Scope.load(tmp_path, "en")
    (tmp_path / SCOPE_FILE).unlink()
    assert Scope.load(tmp_path, "de") == Scope(("de",))


def test_articles_judged_together_are_judged_as_each_alone() -> None:
    articles = [[*ENGLISH, RUSSIAN[0]], RUSSIAN, [NAMES, "***", ""], [], ENGLISH[:1]] * 12
    assert SCOPE.judge_all(articles) == [SCOPE.judge(article) for article in articles]
    assert SCOPE.judge_all([]) == []
