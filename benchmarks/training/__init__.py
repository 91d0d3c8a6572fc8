"""Training at the side of the tutorials' own loops, and of what the machine could do."""
