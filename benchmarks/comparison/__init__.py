"""Do intervals of corrected prevalence cover the truth? ``python -m benchmarks.comparison``."""
