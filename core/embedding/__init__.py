"""Maps of images: what a network makes of them, in two dimensions."""
