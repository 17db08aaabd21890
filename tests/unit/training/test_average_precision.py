from __future__ import annotations

import numpy as np
import pytest

from framescope.training.metrics.average_precision import mean_average_precision


def test_average_precision_is_over_what_gold_shows() -> None:
    codes = np.array([[1, 0], [2, 0], [0, 0]])
    right = (codes[:, :, None] == np.arange(1, 3)).astype(float)
    assert mean_average_precision(right, codes) == 1
    assert mean_average_precision(1 - right, codes) == pytest.approx(1 / 3)
    assert mean_average_precision(right, np.zeros_like(codes)) is None
