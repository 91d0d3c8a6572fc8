"""A run's report: one HTML file that opens without a network connection."""
