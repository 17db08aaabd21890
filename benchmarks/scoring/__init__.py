"""Where scoring's time goes, and what its first stage saves and loses."""
