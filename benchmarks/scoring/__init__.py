"""What scoring costs, and what it survives."""
