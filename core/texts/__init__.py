"""Texts for readers: each is a message in the catalogue, English at its source, ready for other languages."""
