"""Files: written whole or not at all, locked, read back as checked values."""
