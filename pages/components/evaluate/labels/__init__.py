"""The label detective: test labels that the network's predictions speak against, and what the reader thinks of them."""
