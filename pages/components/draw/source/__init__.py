"""The ways to give a network a picture."""
