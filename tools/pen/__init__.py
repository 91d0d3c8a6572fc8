"""Digits written with a pen, as strokes: reading them, and what is made of them."""
