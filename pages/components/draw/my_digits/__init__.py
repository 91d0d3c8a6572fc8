"""The reader's own digits."""
