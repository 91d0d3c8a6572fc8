"""What is found in many made photographs, as it was when somebody last looked.

Where a change is meant, `pytest tests/core/photo/test_many_photographs.py --force-regen` writes the texts anew; the
commit shows which photographs are read otherwise.
"""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.errors import PhotoError
from core.photo.find_clothes import find_clothes
from core.photo.find_digits import find_digits
from core.photo.find_ink import find_ink
from core.uncertainty.detector import digit_shares
from tests.core.ink.drawings import DIGITS


def made_photograph(number, digits=5):
    """A grey photograph: paper in uneven light, with noise, and on some specks, rules, a frame or the sheet's edge."""
    random = np.random.default_rng(number)
    height, width = random.integers(80, 260, 2)
    paper, light = random.uniform(120, 240), random.uniform(-50, 50, 2)
    down, across = np.mgrid[:height, :width] / max(height, width)
    image = Image.fromarray(np.clip(paper + light[0] * down + light[1] * across, 0, 255).astype(np.uint8))
    draw, ink = ImageDraw.Draw(image), int(random.uniform(0.1, 0.75) * paper)
    size = random.uniform(0.2, 0.6) * height
    pen = max(1, int(size * random.uniform(0.05, 0.16)))
    x, y = 0.1 * width, random.uniform(0.05, 0.3) * height
    for _ in range(random.integers(1, digits + 1)):
        for points in DIGITS[random.integers(10)]:
            draw.line([(x + size * a / 100, y + size * b / 100) for a, b in points], ink, pen, joint="curve")
        x += size * random.uniform(0.5, 1.0)
        if x > width - size / 2:
            x, y = 0.1 * width, y + size * random.uniform(0.8, 1.3)
    _disturb(draw, random, ink, width, height)
    noise = random.normal(0, random.uniform(0, 6), (height, width))
    pixels = np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)
    return 255 - pixels if random.random() < 0.3 else pixels


def _disturb(draw, random, ink, width, height):
    if random.random() < 0.3:
        for _ in range(6):
            x, y, side = random.integers(width), random.integers(height), random.integers(1, 6)
            draw.rectangle((x, y, x + side, y + side), fill=ink)
    if random.random() < 0.25:
        for y in range(12, height, 40):
            draw.line((0, y, width, y), ink, 1)
    if random.random() < 0.2:
        draw.rectangle((4, 4, width - 5, height - 5), outline=ink, width=2)
    if random.random() < 0.2:
        draw.rectangle((0, 0, random.integers(4, 14), height), fill=ink)


def _read(grey, judge):
    found = find_ink(grey)
    if found is None:
        return "nothing"
    try:
        digits = find_digits(found.mask, judge)
    except PhotoError as error:
        return str(error)
    boxes = [f"{digit.line}.{digit.number} {digit.piece.box}" for digit in digits]
    return f"{np.count_nonzero(found.mask)} pixels of ink, {found.even.mean():.0f} bright: " + ", ".join(boxes)


@pytest.mark.parametrize(("judge", "count"), [(None, 100), (digit_shares, 30)], ids=["by-position", "by-detector"])
def test_their_digits_are_found_as_before(file_regression, judge, count):
    lines = [f"{number}: {_read(made_photograph(number), judge)}" for number in range(count)]
    file_regression.check("\n".join(lines) + "\n")


def test_their_clothes_are_found_as_before(file_regression):
    lines = []
    for number in range(60):
        found = find_clothes(made_photograph(number, digits=1))
        what = "nothing" if found is None else f"{found.box}, bright {found.even.mean():.1f} {found.picture.mean():.1f}"
        lines.append(f"{number}: {what}")
    file_regression.check("\n".join(lines) + "\n")
