"""Labels that look wrong: annotations that held-out predictions speak against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from framescope.data.annotations import AnnotatedSentence
from framescope.models.labels import LabelSpace
from framescope.training.fit import Fit


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One annotated sentence, its label quality (0 to 1, low is suspicious) and what speaks for."""

    sentence: AnnotatedSentence
    quality: float
    frame: str
    suggested: dict[str, str | None]


def rank_label_errors(sentences: Sequence[AnnotatedSentence], fit: Fit) -> list[Suspicion]:
    """All sentences, the most suspicious first.

    Args:
        sentences: n annotated sentences.
        fit: A classifier fitted on them, with its held-out logits (n, F, C).

    Returns:
        For each sentence the worst of its frames: the held-out probability of the given class
        (self-confidence of Northcutt et al. 2021, confident learning, as cleanlab computes it),
        that frame, and the frames and stances that the held-out prediction decides on.
    """
    from cleanlab.rank import get_label_quality_scores

    space = LabelSpace.of(fit.classifier.codebook)
    codes = space.encode(sentences)
    chances = softmax(
        fit.held_out.astype(np.float64) / fit.classifier.rule.temperatures[:, None], axis=2
    )
    quality = np.stack(
        [
            get_label_quality_scores(codes[:, f], chances[:, f], method="self_confidence")
            for f in range(len(space.frames))
        ],
        axis=1,
    )
    decided = fit.classifier.rule.apply(fit.held_out).codes
    worst = quality.argmin(axis=1)
    found = [
        Suspicion(s, float(quality[i, f]), space.frames[f], space.decode(decided[i]))
        for i, (s, f) in enumerate(zip(sentences, worst.tolist(), strict=True))
    ]
    return sorted(found, key=lambda suspicion: (suspicion.quality, suspicion.sentence.id))
