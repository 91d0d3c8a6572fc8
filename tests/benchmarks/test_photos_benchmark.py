"""Made photographs and the benchmark that reads them."""

import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.handwriting.photos import Taken, summarise, take
from core.settings import BUNDLED_RUNS
from tools.pen.made_photos import KINDS, SIZE, make_photo
from tools.pen.pen_digits import PenDigit

ONE = PenDigit(1, 23, (np.array([[100.0, 50], [95, 150], [90, 260]]),))


@pytest.mark.parametrize("kind", KINDS)
def test_a_photograph_has_its_ink_within_its_box(kind):
    made = make_photo(ONE.strokes, kind, np.random.default_rng(4))
    grey = np.asarray(Image.open(io.BytesIO(made.content)).convert("L"), float)
    assert grey.shape == SIZE[::-1]
    left, top, right, bottom = made.box
    assert 0 <= left < right <= SIZE[0]
    assert 0 <= top < bottom <= SIZE[1]
    # A one stands in the middle of its box.
    row = grey[int((top + bottom) / 2), int(left - (bottom - top) / 4) : int(right + (bottom - top) / 4)]
    middle, paper = np.median(row[len(row) // 2 - 2 : len(row) // 2 + 3]), np.median(row)
    assert (middle > paper + 10) if kind == "blackboard" else (middle < paper - 10)


def test_photographs_are_the_same_from_the_same_seed():
    first, second = (make_photo(ONE.strokes, "pencil", np.random.default_rng(1)) for _ in range(2))
    assert first == second


def test_a_photographed_digit_is_found():
    taken = take(ONE, "ruled paper", np.random.default_rng(2))
    assert taken.overlap > 0.7
    assert np.corrcoef(taken.photo.ravel(), taken.strokes.ravel())[0, 1] > 0.7


def test_figures_are_shares_of_each_kind():
    stages = take(ONE, "white paper", np.random.default_rng(2))
    blank = Taken(1, "pencil", stages.strokes, np.zeros((28, 28), np.uint8), 0.0)
    taken = [Taken(1, kind, stages.strokes, stages.strokes, 0.9) for kind in KINDS] + [blank]
    figures = summarise(taken, BUNDLED_RUNS / "tiny-mlp-4")
    assert figures["all"]["count"] == len(KINDS) + 1
    assert figures["pencil"] == {"count": 2, "found": 0.5, "read_from_strokes": 1.0, "read_from_photos": 0.5}
