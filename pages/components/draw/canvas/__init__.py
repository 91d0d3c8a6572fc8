"""What is drawn on: the canvas and the pixel editor, with their scripts."""
