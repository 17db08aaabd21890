"""Whose words a sentence is in: the outlet's own, a quotation's, or a speaker's told by it."""
