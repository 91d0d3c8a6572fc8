"""Benchmarks of reading handwriting."""
