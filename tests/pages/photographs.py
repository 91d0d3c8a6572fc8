"""Pictures of digits, as a visitor uploads them."""

import io

import numpy as np
from PIL import Image, ImageDraw

SEVEN, ONE = [(0, 0), (40, 0), (15, 90)], [(20, 0), (18, 90)]
# Two lines: 7 1 7 and 1 7.
LINES = [(SEVEN, 60, 60), (ONE, 140, 60), (SEVEN, 220, 60), (ONE, 60, 220), (SEVEN, 140, 220)]


def as_file(image, kind="PNG"):
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def photo_of_one():
    """A one in dark ink on grey paper that is lighter on the right."""
    image = Image.fromarray(np.tile(np.linspace(120, 200, 400).astype(np.uint8), (300, 1)))
    ImageDraw.Draw(image).line([(200, 60), (190, 240)], fill=20, width=10)
    return image


def page_of(digits):
    image = Image.fromarray(np.tile(np.linspace(150, 210, 400).astype(np.uint8), (400, 1)))
    for points, x, y in digits:
        ImageDraw.Draw(image).line([(x + a, y + b) for a, b in points], fill=20, width=9, joint="curve")
    return as_file(image)
