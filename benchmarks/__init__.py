"""Commands that measure: `python -m benchmarks.NAME` prints its figures as JSON."""
