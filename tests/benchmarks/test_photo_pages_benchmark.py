"""Made pages and the benchmark that reads them."""

import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.handwriting.photo_pages import Page, make_pages, read_page, summarise
from core.settings import BUNDLED_RUNS
from tools.pen.made_pages import make_page
from tools.pen.made_photos import KINDS, SIZE
from tools.pen.pen_digits import PenDigit

ONE = PenDigit(1, 23, (np.array([[100.0, 50], [95, 150], [90, 260]]),))
SEVEN = PenDigit(7, 23, (np.array([[70.0, 60], [200, 62], [165, 130], [120, 230]]),))


@pytest.mark.parametrize("kind", KINDS)
def test_each_digit_is_on_the_photograph_line_by_line(kind):
    made = make_page([[SEVEN, ONE], [ONE, SEVEN, SEVEN]], kind, np.random.default_rng(1))
    assert Image.open(io.BytesIO(made.content)).size == SIZE
    assert made.numbers == ((7, 1), (1, 7, 7))
    assert [len(line) for line in made.boxes] == [2, 3]
    boxes = np.array([box for line in made.boxes for box in line])
    assert (boxes >= 0).all()
    assert (boxes <= np.tile(SIZE, 2)).all()
    # From left to right, the second line below the first.
    assert all((np.diff([box[0] for box in line]) > 0).all() for line in made.boxes)
    assert max(box[1] for box in made.boxes[0]) < min(box[3] for box in made.boxes[1])


def test_a_page_is_read_whole():
    made, kind = next(make_pages([SEVEN], (3, 3), 1, np.random.default_rng(5)))
    page = read_page(made, kind, BUNDLED_RUNS / "handwriting")
    assert page.kind == kind == KINDS[0]
    assert page.found == page.read == (True,) * 6
    assert page.numbers == (True, True)
    assert page.too_many == 0


def test_figures_are_shares_of_digits_and_numbers():
    pages = [
        Page("pencil", (True, True), (True, False), (False,), 1, 0.5),
        Page("blackboard", (True, True), (True, True), (True,), 0, 0.3),
    ]
    figures = summarise(pages)
    assert figures["all"] == {
        "pages": 2,
        "numbers_read_whole": 0.5,
        "digits_found": 1.0,
        "digits_read": 0.75,
        "other_things_per_page": 0.5,
        "median_seconds": 0.4,
    }
    assert figures["pencil"]["numbers_read_whole"] == 0
