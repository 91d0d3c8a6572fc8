"""Parts of the Twins page."""
