"""Articles cut into sentences: what is scored, and where each comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from framescope.data.articles import Article, Reject
from framescope.data.segmentation import segment
from framescope.models.scope import Reason


@dataclass(frozen=True, slots=True)
class ArticleSentence:
    """One sentence of an article; ``start`` and ``end`` are characters of ``article.body``.

    ``abstained`` is why it is not scored, None where it is.
    """

    article: Article
    index: int
    start: int
    end: int
    text: str
    abstained: Reason | None = None

    @property
    def id(self) -> str:
        """Article id and sentence index, unique where article ids are."""
        return f"{self.article.id}#{self.index}"


class UniqueIds:
    """Gives a repeated article id a number, so that an id is one article in all that is counted.

    Remembers 8 bytes of each id, some 60 MB for a million articles.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._repeats: Counter[str] = Counter()

    def apply(self, article: Article) -> Article:
        """The article, under a new id (``id~2``, ``id~3``) if its own was there before."""
        while not self._is_new(article.id):
            self._repeats[article.id] += 1
            article = replace(article, id=f"{article.id}~{self._repeats[article.id] + 1}")
        return article

    def _is_new(self, article_id: str) -> bool:
        key = int.from_bytes(blake2b(article_id.encode("utf-8"), digest_size=8).digest())
        new = key not in self._seen
        self._seen.add(key)
        return new


def cut_articles(
    records: Iterable[Article | Reject],
    language: str,
    *,
    judge: Callable[[Sequence[str]], Sequence[Reason | None]],
    on_article: Callable[[], None],
    on_reject: Callable[[Reject], None],
) -> Iterator[ArticleSentence]:
    """Stream the sentences of articles; rejects, and articles without a sentence, are told.

    Args:
        records: Articles, and what could not be read.
        language: Of the articles, for cutting them.
        judge: Tells of the sentences of one article why not to score them.
        on_article: Called for each article with a sentence.
        on_reject: Called for each reject.
    """
    ids = UniqueIds()
    for record in records:
        if isinstance(record, Reject):
            on_reject(record)
            continue
        article = ids.apply(record)
        body = article.body
        spans = segment(body, language)
        if not spans:
            on_reject(Reject(article.id, article.id, "no sentence in the text"))
            continue
        on_article()
        reasons = judge([body[start:end] for start, end in spans])
        for index, ((start, end), reason) in enumerate(zip(spans, reasons, strict=True)):
            yield ArticleSentence(article, index, start, end, body[start:end], reason)
