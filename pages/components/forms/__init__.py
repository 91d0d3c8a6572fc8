"""Forms for settings, drawn from their descriptions in `core.config.fields`."""
