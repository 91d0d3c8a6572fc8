"""Figures of a classifier's predictions."""
