"""What becomes of many made drawings: their digits, lines and pictures, as they were when somebody last looked.

Where a change is meant, `pytest tests/core/ink/test_many_drawings.py --force-regen` writes the texts anew; the commit
shows which drawings are read otherwise.
"""

import numpy as np
import pytest

from core.errors import DrawingError
from core.ink.bitmap import picture_from_bitmap
from core.ink.digit_split import arrange
from core.ink.joined import separate_digits
from core.ink.rendering import picture_from_strokes
from core.ink.slashed_zero import slash_of_zero
from core.uncertainty.detector import digit_shares
from tests.core.ink.drawings import DIGITS, RING, refine, superellipse

_SLASH = [(8, 92), (52, 8)]


def made_drawing(number):
    """The strokes of a drawing: digits of some size, gap and slant; some are joined, slashed or in a second line."""
    random = np.random.default_rng(number)
    strokes, x, y = [], 0.0, 0.0
    for place in range(random.integers(1, 5)):
        size, wide = random.uniform(0.7, 1.3), random.uniform(0.6, 1.1)
        digit = [*DIGITS[random.integers(10)]]
        if digit[0] is RING and random.random() < 0.5:
            digit.append(_SLASH)
        for points in digit:
            points = np.array(points) * (size * wide, size) + random.normal(0, 1.5, (len(points), 2))
            points[:, 0] += x - random.uniform(-0.2, 0.3) * points[:, 1]
            points[:, 1] += y + random.uniform(-6, 6)
            strokes.append(refine(points, 6))
        if random.random() < 0.25 and place:
            # The pen was not lifted.
            strokes[-2:] = [np.concatenate(strokes[-2:])]
        if random.random() < 0.15:
            x, y = 0.0, y + random.uniform(90, 180)
        else:
            x += 60 * size * wide + random.uniform(-15, 60)
    if random.random() < 0.2:
        # A dash or a dot beside the digits.
        strokes.append(refine(np.array([(x + 10, 50), (x + random.choice([10.5, 40]), 52)]), 6))
    return strokes


def _describe(trace):
    if trace is None:
        return "no picture"
    rows, columns = np.nonzero(trace.picture > 127)
    return (
        f"ink {trace.picture.sum() / 255:.1f}, rows {rows.min()}-{rows.max()}, columns {columns.min()}-{columns.max()}"
    )


@pytest.mark.parametrize(("judge", "count"), [(None, 150), (digit_shares, 50)], ids=["by-position", "by-detector"])
def test_their_digits_are_told_apart_as_before(file_regression, judge, count):
    lines = []
    for number in range(count):
        strokes = made_drawing(number)
        try:
            pieces = separate_digits(strokes, judge)
        except DrawingError as error:
            lines.append(f"{number}: {error}")
            continue
        lengths = " ".join(
            f"{source}:{len(stroke)}" for source, stroke in zip(pieces.sources, pieces.strokes, strict=True)
        )
        lines.append(f"{number}: {arrange(pieces.groups, pieces.strokes)} of {lengths}")
    file_regression.check("\n".join(lines) + "\n")


def test_their_pictures_are_as_before(file_regression):
    lines = []
    for number in range(60):
        lines.append(f"{number}: {_describe(picture_from_strokes(made_drawing(number)))}")
    file_regression.check("\n".join(lines) + "\n")


def test_their_slashed_zeros_are_as_before(file_regression):
    found = []
    for number in range(200):
        random = np.random.default_rng(number)
        turns = np.linspace(0, 2 * np.pi * random.uniform(0.8, 1), 30)
        # From near a diamond to near a rectangle.
        zero = superellipse(2 / random.uniform(0.6, 1.8), turns) * (30, 50)
        rise, length = np.radians(random.uniform(0, 100)), random.uniform(25, 70)
        slash = np.array([[-1.0], [0.0], [1.0]]) * (length * np.cos(rise), -length * np.sin(rise))
        slash[1] += random.uniform(-15, 15, 2)
        found.append(slash_of_zero([zero, slash + random.uniform(-16, 16, 2)]) is not None)
    lines = ["".join("0/"[is_slashed] for is_slashed in found[start : start + 50]) for start in range(0, 200, 50)]
    file_regression.check("\n".join(lines) + "\n")


def test_of_bitmaps_too(file_regression):
    lines = []
    for number in range(40):
        random = np.random.default_rng(number)
        rgba = np.zeros((random.integers(40, 200), random.integers(40, 200), 4), np.uint8)
        for points in DIGITS[number % 10]:
            along = refine(refine(np.array(points), 6), 6) * (rgba.shape[1] / 90, rgba.shape[0] / 130) + random.uniform(
                4, 12
            )
            thick = random.integers(1, 6)
            for x, y in along.astype(int):
                rgba[y : y + thick, x : x + thick] = random.integers(100, 256)
        lines.append(f"{number}: {_describe(picture_from_bitmap(rgba))}")
    file_regression.check("\n".join(lines) + "\n")
