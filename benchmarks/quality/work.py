"""What every method is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framescope.data.annotations import AnnotatedSentence
from framescope.data.codebook import Codebook
from framescope.models.decisions import Scores
from framescope.models.labels import LabelSpace
from framescope.training.settings import TrainSettings

#: From this probability on, a method without fitted thresholds takes a class as present.
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Work:
    """Sentences to learn from, and texts to decide about; labels of the tests are not shown."""

    train: list[AnnotatedSentence]
    tests: Mapping[str, list[str]]
    codebook: Codebook
    settings: TrainSettings

    @property
    def space(self) -> LabelSpace:
        """Frames and classes."""
        return LabelSpace.of(self.codebook)

    @property
    def texts(self) -> list[str]:
        """The texts to learn from."""
        return [s.text for s in self.train]

    def labels(self) -> NDArray[np.int64]:
        """1 where a sentence has a frame in a stance, shape (n, F * (C - 1)).

        Joint labels: what one writes for tools that know labels, but not frames and stances.
        """
        codes = self.space.encode(self.train)
        classes = np.arange(1, self.space.shape[1])
        joint = codes[:, :, None] == classes
        return joint.reshape(len(codes), -1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a method says about n texts.

    Attributes:
        probability: P(frame in that stance), shape (n, F, C - 1).
        codes: Decided classes, 0 for absent, shape (n, F).
        stance: Likeliest stance whether or not the frame is found, shape (n, F).
    """

    probability: NDArray[np.floating]
    codes: NDArray[np.int64]
    stance: NDArray[np.int64]

    @classmethod
    def of_scores(cls, scores: Scores) -> Decisions:
        """The decisions of a classifier of ours."""
        return cls(scores.joint_probability, scores.codes, scores.stance)

    @classmethod
    def of_labels(cls, probability: NDArray[np.floating], space: LabelSpace) -> Decisions:
        """From probabilities of joint labels (n, F * (C - 1)): the likeliest one, from 0.5 on."""
        frames, classes = space.shape
        by_frame = probability.reshape(-1, frames, classes - 1)
        stance = by_frame.argmax(axis=2) + 1
        return cls(by_frame, np.where(by_frame.max(axis=2) >= HALF, stance, 0), stance)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Decisions on each test set, and the seconds that training took."""

    decisions: Mapping[str, Decisions]
    train_seconds: float


Method = Callable[[Work], Outcome]


def exclusive(labels: NDArray[np.int64]) -> bool:
    """Whether the task is one choice among classes: one label a sentence, and each of them seen."""
    return bool((labels.sum(axis=1) == 1).all() and labels.any(axis=0).all())
