"""What a network is made of: its layers, their formulas, and what happens in them."""
