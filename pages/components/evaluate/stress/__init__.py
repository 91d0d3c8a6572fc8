"""The stress test: accuracy as images are disturbed more and more."""
