"""Retraining: a simulated year, and the speed of a warm start."""
