"""Articles cut into sentences: what is scored, and where each comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from framescope.data.articles import Article, Reject
from framescope.data.segmentation import Span, segment
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
        cut: list[tuple[Article, list[Span]]] = []
        for record in records:
            if isinstance(record, Reject):
                found.rejects.append(record)
            elif spans := segment(record.body, self.language):
                cut.append((record, spans))
            else:
                found.rejects.append(Reject(record.id, record.id, "no sentence in the text"))
        found.articles = len(cut)
        found.sentences = self._sentences(cut)
        return found

    def _sentences(self, cut: Sequence[tuple[Article, Sequence[Span]]]) -> list[ArticleSentence]:
        texts = [_texts(article.body, spans) for article, spans in cut]
        every: list[list[Reason | None]] = [[None] * len(own) for own in texts]
        reasons = self.scope.judge_all(texts) if self.scope else every
        return [
            ArticleSentence(article, i, start, end, text, why)
            for (article, spans), own, whys in zip(cut, texts, reasons, strict=True)
            for i, ((start, end), text, why) in enumerate(zip(spans, own, whys, strict=True))
        ]


def _texts(body: str, spans: Sequence[Span]) -> list[str]:
    return [body[start:end] for start, end in spans]
