"""How often outlets use each frame and stance, with intervals."""
