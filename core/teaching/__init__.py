"""Fine-tuning a copy of a network on a reader's own digits."""
