"""How a run learned: what it said of single images, epoch by epoch."""
