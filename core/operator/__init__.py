"""What the operator of the app has set: one file and the environment."""
