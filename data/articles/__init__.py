"""Articles of a news archive, read from the formats in which people hold them."""

from framescope.data.articles.article import Article, Reject
from framescope.data.articles.read import read_articles

__all__ = ["Article", "Reject", "read_articles"]
