"""Labelled spans of a longer text: each is a sentence of its own."""

from __future__ import annotations

from typing import Any


def span_fields(
    fields: dict[str, Any], start: Any, end: Any, quote: str | None = None
) -> dict[str, Any]:
    """Fields of the sentence in a span; its document is the record that it was marked in.

    Args:
        fields: Fields of the record, with its whole ``text``.
        start: First character, counted from 0 in code points.
        end: One past the last character.
        quote: The marked text as the tool repeats it. It counts more than the offsets, which
            some versions of Label Studio take in UTF-16 units, so that an emoji shifts them.

    Raises:
        ValueError: The span does not lie in the text, or the quote is not in it.
    """
    text = fields.get("text")
    if not isinstance(text, str):
        raise ValueError("text: expected the text that the spans point into")  # noqa: TRY004
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end):
        raise ValueError(f"the span {start!r} to {end!r} is not one of text")
    if quote is None and end > len(text):
        raise ValueError(f"the span {start} to {end} ends after the text ({len(text)} characters)")
    if quote is not None and quote not in text:
        raise ValueError(f"the span {start} to {end} quotes what is not in the text")
    known = fields.get("id")
    name = "" if known is None else f"{known}:"
    return {
        **fields,
        "id": f"{name}{start}-{end}",
        "document": fields.get("document") or known,
        "text": text[start:end] if quote is None else quote,
        "start": start,
        "end": end,
    }
