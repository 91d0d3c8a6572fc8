"""Charts: each draws the plain values of its namesake in `core.charts`."""
