"""SetFit under an interpreter of its own; the folder holds nothing that shadows a package."""
