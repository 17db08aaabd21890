"""The sentences that an engine's parity is measured on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from framescope.data.corpus_files import EXAMPLE_ARCHIVE, SHIPPED_CORPUS
from framescope.data.errors import InputError
from framescope.data.lines import decoded_lines, files_of, parsed_lines
from framescope.data.segmentation import segment

#: Sentences of the shipped fixture.
SENTENCES = 2000
#: Fewer sentences could not tell 99.5 % from 100 %.
_FEWEST = 200


def shipped_fixture() -> list[str]:
    """2,000 sentences: all of the example archive, and of the corpus every so many.

    After them one text without a word, and one that is longer than any encoder's input.
    """
    articles = parsed_lines(EXAMPLE_ARCHIVE, lambda row: f"{row['title']}\n\n{row['text']}")
    archive = [text[s.start : s.end] for text in articles for s in segment(text)]
    files = files_of([SHIPPED_CORPUS], suffix=".jsonl")
    corpus = [text for file in files for text in parsed_lines(file, _text)]
    wanted = SENTENCES - len(archive)
    chosen = [corpus[i * len(corpus) // wanted] for i in range(wanted)]
    return [*archive, *chosen, "", " ".join(archive)]


def read_fixture(files: Sequence[Path]) -> list[str]:
    """A user's own sentences: each line of a text file, or ``text`` of each row of a JSONL file.

    Raises:
        InputError: A row has no text, or there are fewer than 200 different sentences.
    """
    texts = [text for file in files for text in _read(file)]
    if len(set(texts)) < _FEWEST:
        problem = f"{len(set(texts))} different sentences cannot tell whether an engine is faithful"
        raise InputError(problem, expected=f"{_FEWEST} or more, better {SENTENCES:,}")
    return texts


def _read(file: Path) -> list[str]:
    if file.suffix == ".jsonl":
        return list(parsed_lines(file, _text))
    return [line.strip() for _, line in decoded_lines(file) if line.strip()]


def _text(row: Any) -> str:
    text = row.get("text") if isinstance(row, dict) else None
    if not isinstance(text, str):
        raise ValueError('a row without a text; expected {"text": "…"}')  # noqa: TRY004  (told with its row)
    return text
