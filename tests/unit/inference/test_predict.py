from __future__ import annotations

import json
from io import StringIO

import pytest
from rich.console import Console

from framescope.inference.explain import Explanation, WordWeight
from framescope.inference.predict import as_json, as_table
from framescope.models.decisions import Prediction


def prediction(text: str, frames: dict[str, str | None]) -> Prediction:
    return Prediction(text, frames, {"help": 0.91, "trade": 0.2})


def explanation(text: str, **weights: float) -> Explanation:
    """All words of a text for the frame help, those that are named with a weight."""
    words, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        words.append(WordWeight(at, at + len(word), word, weights.get(word, 0.0)))
        at += len(word)
    return {"help": words}


def shown(predictions: list[Prediction], words: list[Explanation | None], *, colour: bool) -> str:
    stream = StringIO()
    system = "standard" if colour else None
    Console(file=stream, width=200, color_system=system, force_terminal=colour).print(  # type: ignore[arg-type]
        as_table(predictions, words)
    )
    return stream.getvalue()


def test_json_carries_the_words_only_if_they_were_weighed() -> None:
    one = prediction("tanks 😀 today", {"help": None})
    assert "explanation" not in json.loads(as_json(one))
    row = json.loads(as_json(one, explanation(one.text, tanks=1.23456)))
    words = row["explanation"]["help"]
    assert words[0] == {"start": 0, "end": 5, "word": "tanks", "weight": 1.2346}
    assert [one.text[w["start"] : w["end"]] for w in words] == ["tanks", "😀", "today"]


def test_words_are_named_with_numbers_so_that_colour_is_not_needed() -> None:
    one = prediction("tanks not today", {"help": None})
    text = shown([one], [explanation(one.text, tanks=2.5, **{"not": -0.8})], colour=False)
    assert "tanks +2.5, not −0.8" in text
    assert "speak for the frame" in text


def test_a_frame_that_was_not_decided_is_named_as_such() -> None:
    one = prediction("rain today", {})
    text = shown([one], [explanation(one.text)], colour=False)
    assert "none (likeliest help, 0.91)" in text
    assert "no single word decides" in text


def test_without_weights_nothing_is_marked() -> None:
    text = shown([prediction("tanks today", {"help": None})], [None], colour=True)
    assert "tanks today" in text
    assert "speak for the frame" not in text


@pytest.mark.parametrize(
    ("weight", "code"), [(0.7, "1"), (1.4, "1;32"), (3.0, "1;7;32"), (-0.7, "2;4")]
)
def test_a_word_looks_as_strong_as_it_is(weight: float, code: str) -> None:
    one = prediction("tanks today", {"help": None})
    text = shown([one], [explanation(one.text, tanks=weight)], colour=True)
    assert f"\x1b[{code}mtanks\x1b[0m today" in text


def test_of_several_frames_the_strongest_marks_the_word() -> None:
    one = prediction("tanks today", {"help": None, "trade": None})
    words = explanation(one.text, tanks=-3.0) | {"trade": explanation(one.text, tanks=3.0)["help"]}
    text = shown([one], [words], colour=True)
    assert "\x1b[1;7;32mtanks\x1b[0m" in text
    assert "tanks −3.0" in text


def test_texts_of_strangers_are_shown_as_they_are() -> None:
    one = prediction("[bold]tanks[/bold] \x1b[2J <script>", {"help": None})
    words = explanation(one.text, **{"[bold]tanks[/bold]": 2.0, "\x1b[2J": 3.0})
    text = shown([one], [words], colour=False)
    assert "[bold]tanks[/bold] \ufffd[2J <script>" in text
    assert "\x1b" not in text
