"""A class: its members, the digits that they hand in, and the values of the board that it looks at together."""
