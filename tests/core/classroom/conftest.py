"""A class, and visitors who ask something of it."""

import numpy as np
import pytest

from core.classroom.classroom import Classroom
from core.owners.visitor import new_key, visitor_with
from core.teaching.collection import make_digit

CODE = "class-7b"


@pytest.fixture
def teacher(tmp_path):
    """The class as the teacher sees it."""
    return Classroom(tmp_path / "runs" / "classroom", lambda: CODE)


@pytest.fixture
def visitor(teacher):
    """The class as a new visitor sees it."""
    return lambda: teacher.seen_by(visitor_with(new_key()))


@pytest.fixture
def pupil(visitor):
    """The class as a new member of this nickname sees it, who has handed in the given digits, if any."""

    def join(nickname, digits=()):
        seen = visitor()
        seen.join(CODE, nickname)
        if digits:
            seen.hand_in(digits)
        return seen

    return join


def digits(*labels, seed=0):
    """Digits of these labels, each a picture of its own."""
    random = np.random.default_rng((seed, *labels))
    return tuple(make_digit(label, random.integers(1, 256, (28, 28), np.uint8)) for label in labels)
