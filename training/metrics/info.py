"""What the three metrics share: the shape of their input."""

from __future__ import annotations

import datasets
import evaluate

_CODES = datasets.Sequence(datasets.Value("int64"))


def codes_info(description: str) -> evaluate.MetricInfo:
    """Metric info for predictions and references given as one list of F codes a sentence."""
    return evaluate.MetricInfo(
        description=description,
        citation="",
        inputs_description="F class codes a sentence, 0 meaning that the frame is absent",
        features=datasets.Features({"predictions": _CODES, "references": _CODES}),
    )
