"""Codebook, annotated sentences and articles: what Framescope reads, and the shipped corpus."""

from framescope.data.annotations import AnnotatedSentence, read_annotations
from framescope.data.articles import Article, Reject
from framescope.data.codebook import Codebook, load_codebook
from framescope.data.errors import InputError

__all__ = [
    "AnnotatedSentence",
    "Article",
    "Codebook",
    "InputError",
    "Reject",
    "load_codebook",
    "read_annotations",
]
