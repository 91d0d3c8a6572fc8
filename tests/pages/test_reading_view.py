import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from core.strokes import SIDE
from pages.components.reading_view import reading_html, waiting_html

PICTURE = np.arange(SIDE * SIDE, dtype=np.uint64).reshape(SIDE, SIDE).astype(np.uint8)


def shares(**given):
    """Probabilities with some given by digit, such as d7=0.9, and the rest shared evenly."""
    values = np.full(10, (1 - sum(given.values())) / (10 - len(given)), np.float32)
    for digit, share in given.items():
        values[int(digit[1])] = share
    return values


def images(html):
    return [base64.b64decode(data) for data in re.findall(r'src="data:image/[a-z+]+;base64,([^"]+)"', html)]


def test_it_names_the_likeliest_digit_and_the_next():
    html = reading_html(shares(d7=0.9, d1=0.06), PICTURE, 3)
    assert "<b>7</b>" in html
    assert "90.0% sure" in html
    assert "Next: 1, 6.0%" in html
    assert 'data-digit="7" data-strokes="3"' in html


def test_there_is_a_row_with_bar_and_value_for_each_digit():
    html = reading_html(shares(d7=0.9, d1=0.06), PICTURE, 3)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html)
    assert [re.search(r'row">(\d)', row)[1] for row in rows] == [str(digit) for digit in range(10)]
    assert "width:6.0%" in rows[1]
    assert ">6.0%<" in rows[1]
    assert html.count('class="best"') == 1
    assert re.search(r'class="best"><th scope="row">7', html)


def test_an_unsure_network_says_only():
    assert "Only 40.0% sure" in reading_html(shares(d7=0.4), PICTURE, 1)


@pytest.mark.parametrize(("share", "words"), [(0.99996, "Over 99.9% sure"), (0.999, "99.9% sure")])
def test_nothing_is_said_to_be_certain(share, words):
    html = reading_html(shares(d7=share), PICTURE, 1)
    assert words in html
    assert "Next: 0, less than 0.1%" in html


def test_the_picture_is_shown_pixel_by_pixel():
    (file,) = images(reading_html(shares(d7=0.9), PICTURE, 1))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(file))), PICTURE)


def test_the_waiting_panel_has_the_same_parts_and_no_reading():
    html = waiting_html("Getting ready…")
    assert "Getting ready…" in html
    assert html.count("<tr") == 10
    assert "data-digit" not in html
    (file,) = images(html)
    assert not np.asarray(Image.open(io.BytesIO(file))).any()
