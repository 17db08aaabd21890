"""Measurements beside named peers; run by hand, results in docs/benchmarks.md."""
