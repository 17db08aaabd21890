"""Is a scored archive still like what the model was trained on?"""

from framescope.inference.drift.report import Drift, GroupDrift, Measured, measure_drift

__all__ = ["Drift", "GroupDrift", "Measured", "measure_drift"]
