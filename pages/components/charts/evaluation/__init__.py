"""Charts of what a network does on its test set, and of how it learned."""
