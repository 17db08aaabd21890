"""Fine-tuning, evaluation and the model card."""
