from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.data.voice.detect import VOICES, voices
from framescope.data.voice.quotes import quotations

CASES = Path(__file__).parents[3] / "data" / "voice"


def quoted_in(*sentences: str) -> list[list[str]]:
    found = quotations(sentences)
    return [[text[q.start : q.end] for q in qs] for text, qs in zip(sentences, found, strict=True)]


@pytest.mark.parametrize(
    "text",
    ["“We go,” he said.", '"We go," he said.', "„We go,“ he said.", "« We go », he said.",
     "‘We go,’ he said.", "'We go,' he said."],
)  # fmt: skip
def test_every_kind_of_marks_makes_a_quotation(text: str) -> None:
    ((inside,),) = quoted_in(text)
    assert inside.strip(" ,") == "We go"
    assert [v.voice for v in voices([text])] == ["quoted"]


def test_apostrophes_inches_and_stray_marks_open_nothing() -> None:
    assert quoted_in("The workers' union's rock 'n' roll of the '90s wasn't Moscow’s.") == [[]]
    assert quoted_in('The 5" gun was made in Perm.', "It fires.") == [[], []]
    assert quoted_in("A stray “ stands here.", "Nothing closes it.") == [[], []]


def test_a_quotation_runs_on_until_it_is_closed() -> None:
    texts = ["“Nobody forced us.", "We chose this,” he said.", "The hall was silent."]
    assert [v.voice for v in voices(texts)] == ["quoted", "quoted", "own"]
    assert quoted_in(*texts) == [["Nobody forced us."], ["We chose this,"], []]


def test_a_new_paragraph_may_open_the_quotation_again() -> None:
    texts = ['"We chose this.', '"And we would again.', 'So there," he said.', "He left."]
    assert [v.voice for v in voices(texts)] == ["quoted", "quoted", "quoted", "own"]


def test_the_span_is_what_the_other_says() -> None:
    (quoted,) = voices(["He said: “We will not go.”"])
    assert "He said: “We will not go.”"[quoted.start : quoted.end] == "We will not go."
    (headline,) = voices(["Kirby: no lethal aid sent"])
    assert "Kirby: no lethal aid sent"[headline.start : headline.end] == "no lethal aid sent"
    (own,) = voices(["No lethal aid was sent."])
    assert (own.voice, own.start, own.end) == ("own", 0, 0)


def test_a_name_in_quotation_marks_is_no_quotation() -> None:
    texts = ["The film “Come and See” is shown again.", "The “operation” goes on."]
    assert [v.voice for v in voices(texts)] == ["own", "own"]


def test_only_the_wanted_sentences_are_judged_but_all_are_read() -> None:
    texts = ["“Nobody forced us.", "We chose this,” he said.", "The hall was silent."]
    assert [v.voice for v in voices(texts, [1])] == ["quoted"]


@given(st.lists(st.text(alphabet="ab \"“”„«»‘’'.,:-said", max_size=40), max_size=5))
def test_any_text_has_a_voice_and_a_span_within_it(texts: list[str]) -> None:
    for text, spoken in zip(texts, voices(texts), strict=True):
        assert spoken.voice in VOICES
        assert 0 <= spoken.start <= spoken.end <= len(text)


def test_the_shipped_sentences_are_well_formed_and_no_text_stands_in_both_halves() -> None:
    halves = {}
    for half in ("dev", "test"):
        lines = (CASES / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
        sentences = [s for line in lines for s in json.loads(line)["sentences"]]
        assert {s["voice"] for s in sentences} == set(VOICES)
        assert all(s["voice"] in s["passes"] for s in sentences)
        halves[half] = {s["text"] for s in sentences}
        assert len(halves[half]) == len(sentences)
    assert halves["dev"].isdisjoint(halves["test"])
    assert sum(map(len, halves.values())) >= 300
