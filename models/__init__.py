"""What turns text into frame and stance probabilities, and the bundle that holds it on disk."""
