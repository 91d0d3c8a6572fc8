"""Finding handwriting, or a piece of clothing, in a photograph."""
