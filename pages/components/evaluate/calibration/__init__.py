"""How far a network's confidence can be trusted, and what it gains where it may abstain."""
