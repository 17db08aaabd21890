"""Articles cut into sentences: what is scored, and where each comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from framescope.data.articles import Article, Reject
from framescope.data.segmentation import segment
from framescope.models.scope import Reason, Scope


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


@dataclass(slots=True)
class CutArticles:
    """What records are cut into: sentences in order, and what gave none."""

    articles: int = 0
    sentences: list[ArticleSentence] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts articles into sentences and tells which of them not to score.

    Attributes:
        language: Of the articles, for cutting them.
        scope: What the model was trained for; None: every sentence is scored.
    """

    language: str
    scope: Scope | None

    def cut(self, records: Sequence[Article | Reject]) -> CutArticles:
        """The sentences of articles; rejects, and articles without a sentence, are kept apart."""
        found = CutArticles()
        for record in records:
            sentences = [] if isinstance(record, Reject) else self._sentences(record)
            found.sentences += sentences
            found.articles += bool(sentences)
            if isinstance(record, Reject):
                found.rejects.append(record)
            elif not sentences:
                found.rejects.append(Reject(record.id, record.id, "no sentence in the text"))
        return found

    def _sentences(self, article: Article) -> list[ArticleSentence]:
        body = article.body
        spans = segment(body, self.language)
        texts = [body[start:end] for start, end in spans]
        reasons = self.scope.judge(texts) if self.scope else [None] * len(texts)
        rows = enumerate(zip(spans, texts, reasons, strict=True))
        return [ArticleSentence(article, i, *span, text, why) for i, (span, text, why) in rows]
