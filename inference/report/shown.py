"""Making texts of strangers fit to be shown."""

from __future__ import annotations

import re

#: Controls, and signs that turn the direction of the text after them (Unicode TR 9, 2.1 to 2.5).
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE)


def shown(text: str) -> str:
    """A text whose invisible signs are seen, each as one sign: places in it stay what they were."""
    return _UNFIT.sub("\ufffd", text)


def web_address(url: str | None) -> str | None:
    """The address if it is one of the web; None for ``javascript:``, ``data:`` and the like."""
    return url if url and _WEB.fullmatch(url) else None
