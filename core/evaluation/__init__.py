"""Measuring a network on its test set."""
