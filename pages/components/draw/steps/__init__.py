"""The steps from ink to picture."""
