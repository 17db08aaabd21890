"""What to annotate next: a probability sample for estimation, an uncertain one for training."""
