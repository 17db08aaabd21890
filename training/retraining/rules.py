"""Settings of a retraining; without anything heavy, for the command line."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

#: Where a network's training starts; a linear model has no start.
Start = Literal["cold", "warm", "both"]
#: What becomes of a new label that differs from the old one of the same text.
ConflictRule = Literal["old", "new", "refuse"]


class GateRule(BaseModel):
    """When a challenger is better."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Share of the bootstrap draws (documents of the gold) in which the challenger must be better
    in joint micro-F1: a hit needs frame and stance right."""
    margin: Annotated[float, Field(ge=0, le=1)] = 0.02
    """By how much the joint F1 of any frame, or the macro-F1 of all, may be worse."""
