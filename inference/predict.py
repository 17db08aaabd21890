"""Predictions for a few texts, as a table or as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from framescope.data.console import printable
from framescope.inference.explain import Explanation, WordWeight, strongest
from framescope.models.decisions import Prediction
from framescope.models.scope import REASONS

_PLACES = 4
#: How a word looks by its level; bold, reverse and underline also tell without colours.
_STYLES = {1: "bold", 2: "bold green", 3: "bold reverse green"}
_AGAINST = "dim underline"
_LEGEND = (
    "Bold words speak for the frame, underlined ones against it; "
    "numbers: fall of its log-odds without the word"
)


def as_json(prediction: Prediction, explanation: Explanation | None = None) -> str:
    """One prediction as a line of JSON, with the weights of its words if they are given.

    Frames and probabilities are null where the model abstained.
    """
    row: dict[str, Any] = asdict(prediction)
    row["probabilities"] = {k: round(v, _PLACES) for k, v in row["probabilities"].items()}
    row["stance_probabilities"] = {
        frame: {k: round(v, _PLACES) for k, v in values.items()}
        for frame, values in row["stance_probabilities"].items()
    }
    if prediction.abstained:
        row |= {"probabilities": None, "stance_probabilities": None}
    elif explanation is not None:
        row["explanation"] = {f: list(map(_word_row, ws)) for f, ws in explanation.items()}
    return json.dumps(row, ensure_ascii=False)


def _word_row(word: WordWeight) -> dict[str, Any]:
    return asdict(word) | {"weight": round(word.weight, _PLACES)}


def as_table(
    predictions: Sequence[Prediction], explanations: Sequence[Explanation | None]
) -> Table:
    """Predictions for a terminal; texts are shown as they are, never as markup.

    Args:
        predictions: What to show.
        explanations: For each of them the words to mark and to name, if there are any.
    """
    table = Table("Text", "Frames", show_lines=True)
    table.caption = _LEGEND if any(explanations) else None
    for prediction, words in zip(predictions, explanations, strict=True):
        told = _frames(prediction, words or {})
        table.add_row(_marked(prediction.text, words or {}), Text(printable(told)))
    return table


def _marked(text: str, explanation: Explanation) -> Text:
    """The text, each word marked by the frame that it speaks for most, or else against."""
    shown = Text(printable(text))
    for of_word in zip(*explanation.values(), strict=True):
        word = max(of_word, key=lambda w: w.weight)
        if word.level > 0:
            shown.stylize(_STYLES[word.level], word.start, word.end)
        elif any(w.level < 0 for w in of_word):
            shown.stylize(_AGAINST, word.start, word.end)
    return shown


def _frames(prediction: Prediction, explanation: Explanation) -> str:
    def line(frame: str, stance: str | None) -> str:
        told = "" if stance is None else f": {stance}"
        return f"{frame}{told} ({prediction.probabilities[frame]:.2f})" + because(frame)

    def because(frame: str) -> str:
        return "\n  " + _named(explanation[frame]) if frame in explanation else ""

    if prediction.abstained:
        return f"not measured: {REASONS[prediction.abstained]}"
    found = [line(frame, stance) for frame, stance in (prediction.frames or {}).items()]
    likeliest = prediction.likeliest
    if found or likeliest is None:
        return "\n".join(found)
    told = f"none (likeliest {likeliest}, {prediction.probabilities[likeliest]:.2f})"
    return told + because(likeliest)


def _named(words: Sequence[WordWeight]) -> str:
    """The strongest words with their weights: ``lenders +1.9, not −0.8``."""
    named = (f"{w.word} {_signed(w.weight)}" for w in strongest(words))
    return ", ".join(named) or "no single word decides"


def _signed(weight: float) -> str:
    return f"{weight:+.1f}".replace("-", "\u2212")
