from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.inference.report.shown import shown, web_address


@given(st.text())
def test_places_in_a_text_stay_what_they_were(text: str) -> None:
    assert len(shown(text)) == len(text)
    assert not set(shown(text)) & set("\x00\u202a\u202e\u2066\u2069\u2028")


def test_readable_texts_stay_as_they_are() -> None:
    for text in ("Füchse, “quoted” – 3\u00a0%\n", "של\u200eום", "日本 🚀"):
        assert shown(text) == text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil.org", " https://a.org", "https://a b",
     "java\nscript:https://a.org", "", None],
)  # fmt: skip
def test_only_addresses_of_the_web_become_links(url: str | None) -> None:
    assert web_address(url) is None
    assert web_address("HTTPS://a.org/ü?x=1") == "HTTPS://a.org/ü?x=1"
