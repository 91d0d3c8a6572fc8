"""From pen strokes or a bitmap to the 28×28 picture that a network is given, and from a number to its digits."""
