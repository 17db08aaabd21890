"""The table of words and phrases that give a sentence to a speaker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

_Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """``table.yaml``, which tells what each list is for: words in lower case, and expressions."""

    verbs: _Words
    participles: _Words
    doubtful: _Words
    speakers: _Words
    headings: _Words
    evidence: _Words
    showing: _Words
    objects: _Words
    places: _Words
    unsourced: _Words
    joints: _Words
    hints: _Words
    idle: re.Pattern[str]
    phrases: re.Pattern[str]

    @property
    def speech(self) -> _Words:
        """Every form that can be an act of speech."""
        return self.verbs | self.participles | self.doubtful


@cache
def english() -> Table:
    """The shipped table."""
    path = files("framescope.data") / "voice" / "table.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    words = {name: frozenset(v.split()) for name, v in content.items() if isinstance(v, str)}
    idle, phrases = (re.compile("|".join(content[k]), re.I) for k in ("idle", "phrases"))
    return Table(**words, idle=idle, phrases=phrases)
