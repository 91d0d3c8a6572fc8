"""Choosing, following and steering runs."""
