"""Two networks on the same test images."""
