"""What a corpus holds, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from framescope.data.annotations import AnnotatedSentence


def count_annotations(sentences: Sequence[AnnotatedSentence]) -> dict[str, int | float]:
    """Counts by cell, of documents, of combinations, of words a sentence, and by tag."""
    framed = [s for s in sentences if s.labels]
    words = [len(s.text.split()) for s in sentences] or [0]
    cells = Counter(f"{frame}:{stance}" for s in sentences for frame, stance in s.labels.items())
    tags = Counter(str(tag) for s in sentences for tag in (s.model_extra or {}).get("tags", ()))
    return {
        "sentences": len(sentences),
        "documents": len({s.group for s in sentences}),
        "framed": len(framed),
        "frameless": sum(s.frames == {} for s in sentences),
        "not annotated": sum(s.frames is None for s in sentences),
        **{f"cell {name}": n for name, n in sorted(cells.items())},
        "two or more frames": sum(len(s.labels) > 1 for s in sentences),
        "two or more frames, stances differ": sum(len(set(s.labels.values())) > 1 for s in framed),
        "words, shortest": min(words),
        "words, median": median(words),
        "words, longest": max(words),
        **{f"tag {name}": n for name, n in sorted(tags.items())},
    }
