"""How far the figures of a comparison can be trusted: wire copy, voices, changes in time."""
