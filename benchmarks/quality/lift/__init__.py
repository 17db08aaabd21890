"""What lifts the network: changes to its training, each alone, on the same sentences."""
