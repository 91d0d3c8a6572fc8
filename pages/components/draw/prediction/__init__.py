"""Asking a network, and how its prediction looks."""
