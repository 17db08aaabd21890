"""Is a scored archive still like what the model was trained on?"""

from framescope.inference.drift.measures import Drift, GroupDrift, Measured
from framescope.inference.drift.report import measure_drift

__all__ = ["Drift", "GroupDrift", "Measured", "measure_drift"]
