"""What a reader yields: an article, or a reject with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

UNKNOWN_OUTLET = "unknown"
#: Characters of one article: three novels. What is longer is many articles in one, or an attack.
LONGEST_BODY = 2_000_000
#: Characters of an id, an outlet or an address: they stand in the row of every sentence.
LONGEST_NAME = 10_000


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


def admit(article: Article, place: str) -> Article | Reject:
    """The article, or a reject if it has no text or is larger than any article."""
    size = len(article.title) + len(article.text)
    if not size:
        return Reject(article.id[:200], place, "no text in the record")
    if size > LONGEST_BODY:
        return Reject(article.title[:200], place, f"longer than {LONGEST_BODY:,} characters")
    for name in ("id", "outlet", "url"):
        if len(getattr(article, name)) > LONGEST_NAME:
            reason = f"its {name} is longer than {LONGEST_NAME:,} characters"
            return Reject(article.title[:200], place, reason)
    return article
