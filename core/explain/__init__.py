"""What a network reads in a picture. `ask` is what the pages call; the rest is loaded where torch is (`core.host`)."""
