"""The app's pages: each a script of widgets, one call into core, and charts."""
