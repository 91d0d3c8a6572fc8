"""The classic CNN's step: its convolutions in tiles, with their pooling and dropout."""
