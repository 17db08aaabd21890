"""Articles cut into sentences: what is scored, and where each comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from framescope.data.articles import Article, Reject
from framescope.data.segmentation import segment


@dataclass(frozen=True, slots=True)
class ArticleSentence:
    """One sentence of an article; ``start`` and ``end`` are characters of ``article.body``."""

    article: Article
    index: int
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        """Article id and sentence index, unique where article ids are."""
        return f"{self.article.id}#{self.index}"


def cut_articles(
    records: Iterable[Article | Reject],
    language: str,
    *,
    on_article: Callable[[], None],
    on_reject: Callable[[Reject], None],
) -> Iterator[ArticleSentence]:
    """Stream the sentences of articles; rejects, and articles without a sentence, are told."""
    for record in records:
        if isinstance(record, Reject):
            on_reject(record)
            continue
        body = record.body
        spans = segment(body, language)
        if not spans:
            on_reject(Reject(record.id, record.id, "no sentence in the text"))
            continue
        on_article()
        for index, (start, end) in enumerate(spans):
            yield ArticleSentence(record, index, start, end, body[start:end])
