"""Benchmarks of the running app."""
