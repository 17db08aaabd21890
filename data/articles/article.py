"""What a reader yields: an article, or a reject with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

UNKNOWN_OUTLET = "unknown"


@dataclass(frozen=True, slots=True)
class Article:
    """One article of an archive."""

    id: str
    outlet: str
    published: date | None
    url: str
    title: str
    text: str

    @property
    def body(self) -> str:
        """Title, blank line, text: what is segmented, and what sentence offsets point into."""
        return "\n\n".join(part for part in (self.title, self.text) if part)


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that gave no article; nothing is dropped without one."""

    record: str
    place: str
    reason: str
