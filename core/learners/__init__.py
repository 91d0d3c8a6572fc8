"""Networks that learn, in PyTorch and in NumPy, behind one protocol."""
