"""A map of the test set."""
