"""Choosing data, and getting it where it is missing."""
