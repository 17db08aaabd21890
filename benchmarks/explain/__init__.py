"""How far the explanations can be trusted."""
