"""How a network learned its single images, from what it said of them in each epoch."""
