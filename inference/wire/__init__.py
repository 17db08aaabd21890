"""Wire copy: near-duplicates across outlets, who printed them first, and views without them."""
