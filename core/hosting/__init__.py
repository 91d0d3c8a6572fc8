"""One app for many visitors: what each may do, and how much of it."""
