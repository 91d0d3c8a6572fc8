"""What a prediction rests on. `ask` is what the pages call; the rest is loaded in the compute process."""
