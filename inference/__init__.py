"""Scoring archives, comparing outlets, the report."""
