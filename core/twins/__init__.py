"""A network in NumPy and its PyTorch twin, trained side by side."""
