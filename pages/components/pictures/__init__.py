"""Pictures as HTML."""
