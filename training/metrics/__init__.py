"""Metrics as ``evaluate.Metric`` modules: local, so they need no Hub; scikit-learn underneath."""
