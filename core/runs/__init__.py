"""Run records: one folder a run, its events and its history."""
