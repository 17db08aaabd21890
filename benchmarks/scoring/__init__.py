"""Scoring speed: how fast, beside what a user would write, and how much of the machine's rate."""
