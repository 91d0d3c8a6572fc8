"""What a run is set to: its fields, their limits, and the tutorials' recipes."""
