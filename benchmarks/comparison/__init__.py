"""How far a comparison can be trusted: intervals, wire copy, voices, changes in time."""
