"""What scoring costs, where its time goes, what its first stage loses, and what it survives."""
