from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.data.parts import Part


@given(st.text(), st.integers(2, 20))
def test_every_article_falls_into_one_part(article: str, of: int) -> None:
    assert [Part(n, of, "f").holds(article) for n in range(1, of + 1)].count(True) == 1


def test_parts_are_of_about_one_size() -> None:
    sizes = [sum(Part(n, 4, "f").holds(f"article {i}") for i in range(4000)) for n in range(1, 5)]
    assert all(900 < size < 1100 for size in sizes)


def test_a_part_is_read_as_it_was_written() -> None:
    part = Part(2, 5, "f")
    assert Part.from_json(json.loads(json.dumps(part.as_json()))) == part
    assert str(part) == "part 2 of 5"


@pytest.mark.parametrize(
    "content",
    [
        {}, [], {"number": 6, "of": 5, "family": "f"}, {"number": "1", "of": 5, "family": "f"},
        {"number": 1, "of": 10**9, "family": "f"}, {"number": float("inf"), "of": 5, "family": "f"},
        {"number": 1, "of": 5, "family": None},
    ],
)  # fmt: skip
def test_what_is_no_part_is_refused(content: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Part.from_json(content)
