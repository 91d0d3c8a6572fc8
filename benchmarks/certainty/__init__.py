"""Benchmarks of what networks are sure of, and of what speaks against them."""
