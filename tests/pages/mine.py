"""What the tests of one's own digits share."""

from __future__ import annotations

import numpy as np

from core.teaching.collection import make_digit, write_digits


def made(count):
    """Digits 0, 1, 2, … in pictures of noise."""
    random = np.random.default_rng(1)
    return tuple(
        make_digit(n % 10, random.integers(0, 256, (28, 28), np.uint8), [np.array([[1.0, 2.0]])]) for n in range(count)
    )


def upload(app, content, name="mine.json"):
    """Gives the panel a file of these digits, or of these bytes."""
    text = content if isinstance(content, bytes) else write_digits(content).encode()
    app.file_uploader[0].set_value((name, text, "application/json")).run()
    return app


def kept(app):
    """The labels of the digits kept."""
    return [digit.label for digit in app.session_state["my_digits"]]
