"""The training loop: its events, its schedule, what steers it, and its checkpoints."""
