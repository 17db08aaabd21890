"""Retraining on new annotations: a challenger, and the gate that it has to pass."""
