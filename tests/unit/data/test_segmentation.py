from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.data.segmentation import segment


def cut(text: str) -> list[str]:
    return [text[s.start : s.end] for s in segment(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Smith went to Washington.", '"It is late," he said.', '"Go home."'],
        ["The U.S. said no.", '"It" was e.g. fine.'],
        ["Dr. A. B. Jones left at 5 p.m. Monday.", "He paid $3.5 billion…", "Then he left!"],
        ["It ended at 9 p.m.", "The President left."],
        ["Gen. Mark Milley and Gov. Ron Doe met in St. Louis.", "It was 3-0."],
        ["The No. 2 seed won.", "J.K. Rowling wrote it."],
        ["He (D-Ill.) said no.", "Sen. Ted Doe ran."],
        ["A report by Censor.NET said so.", "It was wrong."],
    ],
)
def test_sentences_of_news_are_cut_where_they_end(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences


def test_headlines_captions_and_furniture_on_their_own_lines_stay_apart() -> None:
    text = "Big headline here\n\nAdvertisement\nPhoto: Agency\nThe first sentence. The second."
    assert cut(text) == [
        "Big headline here", "Advertisement", "Photo: Agency", "The first sentence.", "The second.",
    ]  # fmt: skip


def test_boilerplate_glued_to_a_sentence_is_cut_off() -> None:
    assert cut("They were hit by sanctions.Advertisement") == [
        "They were hit by sanctions.",
        "Advertisement",
    ]


def test_hard_wrapped_lines_are_one_sentence() -> None:
    assert cut("A sentence that is wrapped\nafter some words. Another.") == [
        "A sentence that is wrapped\nafter some words.",
        "Another.",
    ]


@pytest.mark.parametrize("text", ["", "  \n\n ", "\u200b"])
def test_nothing_to_cut(text: str) -> None:
    assert [t for t in cut(text) if t.strip("\u200b")] == []


@given(st.text(st.sampled_from('aB. \n"”!?…(U.S)1,é漢'), max_size=80) | st.text(max_size=60))
def test_every_visible_character_lies_in_exactly_one_sentence(text: str) -> None:
    spans = segment(text)
    position = 0
    for start, end in spans:
        assert start >= position
        assert text[position:start].strip() == ""
        assert text[start:end] == text[start:end].strip() != ""
        position = end
    assert text[position:].strip() == ""


def test_long_text_without_ends_takes_no_longer_than_its_length() -> None:
    assert len(segment("The U.S. A " * 20_000)) >= 1
    assert len(segment("x" + "\n" * 50_000 + "y")) == 2
