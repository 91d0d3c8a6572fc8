"""Grids of runs: what is tried, who trains it, what came of it."""
