"""What the tests of the Draw page share: drawings as the canvas sends them, and what the page says of them."""

from __future__ import annotations

import re

import numpy as np

from core.uncertainty.temperature import apply_temperature

# Of the networks in these tests: far enough from 1 to tell raw from calibrated probabilities.
TEMPERATURE = 2.0

ONE = [(140, 40), (138, 150), (140, 250)]
DASH = [(60, 150), (220, 150)]
# Three digits side by side.
LEFT, MIDDLE, RIGHT = [(40, 60), (40, 220)], [(140, 60), (140, 220)], [(220, 60), (250, 150), (225, 220)]


def as_object(points, **more):
    """A stroke as the canvas sends it. more: further fields, such as its strokeWidth."""
    (x, y), *rest = points
    middle = np.add(np.min(points, 0), np.max(points, 0)) / 2
    path = [["M", x, y], *(["L", *point] for point in rest)]
    return {"type": "Path", "left": middle[0], "top": middle[1], "path": path, **more}


class Host:
    """Stands for the compute process and answers at once.

    asked, functions: the folders of the networks that it was asked for, and the functions that it was to call.
    """

    def __init__(self):
        self.asked = []
        self.functions = []
        self.error = None

    def start(self, client):
        client.is_ready.set()

    def call(self, client, function, *arguments):
        self.start(client)
        self.asked.extend(arguments[:1])
        self.functions.append(function)
        if self.error:
            raise self.error
        return function(*arguments)


def before_calibration(probabilities):
    """What a network gave, where `TEMPERATURE` has made these class probabilities (C,) of it."""
    return apply_temperature(probabilities[None], 1 / TEMPERATURE)[0]


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def reading(app):
    """The digit that is read, and of how many strokes; None when there is no reading."""
    found = re.search(r'data-digit="(\d)" data-strokes="(\d+)"', html(app))
    return found and (int(found[1]), int(found[2]))


def find(elements, label):
    return next(element for element in elements if element.label == label)


def texts(elements):
    return " ".join(str(element.value) for element in elements)
