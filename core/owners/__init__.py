"""Whom a run belongs to, and who may change it."""
