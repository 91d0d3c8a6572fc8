"""The label detective: labels that the network speaks against, and what the reader thinks of them."""
