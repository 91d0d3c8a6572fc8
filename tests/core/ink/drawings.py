"""A drawing, and measures of its picture, for the tests of ink."""

import numpy as np

from core.ink.rendering import picture_from_strokes

SEVEN = [np.array([[60.0, 60], [200, 60], [120, 220]]), np.array([[100.0, 140], [180, 140]])]


def picture(strokes):
    return picture_from_strokes([np.asarray(stroke, float) for stroke in strokes]).picture


def extent(image, above=0):
    """Width and height of the ink, in pixels."""
    return tuple(int(np.ptp(np.flatnonzero((image > above).any(axis)))) + 1 for axis in (0, 1))


def centre(image):
    """The centre of mass, x and y; the middle of pixel i is at i + 0.5."""
    middles = np.arange(len(image)) + 0.5
    return image.sum(0) @ middles / image.sum(), image.sum(1) @ middles / image.sum()
