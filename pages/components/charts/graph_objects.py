"""Plotly's graph objects, for all charts that Plotly draws.

Plotly looks whether pandas is there, and does not wait where another thread is just importing it: a chart drawn at that
moment breaks off. So pandas is there before Plotly.
"""

import pandas  # noqa: F401
import plotly.graph_objects as go

__all__ = ["go"]
