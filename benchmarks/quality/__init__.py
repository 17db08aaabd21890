"""How good Framescope is beside what else a researcher might use, on the same splits."""
