"""How a given picture is shown: its size on the page, and the box around what was found in it."""

import base64
import io
import re

import numpy as np
from PIL import Image

from pages.components.draw.source.photo_view import BoxMark, photo_html, photo_url


def svg(address):
    return base64.b64decode(address.partition("base64,")[2]).decode()


def image(content):
    data = re.search(r'href="data:image/jpeg;base64,(.*?)"', content)[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_a_wide_photograph_is_shrunk_and_stands_in_the_middle_of_a_square_with_its_box():
    photo = np.zeros((560, 1120, 3), np.uint8)
    photo[100:400, 200:600] = 255
    content = svg(photo_url(photo, (200, 100, 600, 400)))
    assert 'viewBox="-0 -140 560 560"' in content
    assert 'width="560" height="280"' in content
    shown = image(content)
    assert shown.shape == (280, 560, 3)
    assert shown[55:195, 105:295].min() > 200
    assert shown[:45].max() < 50
    # 280 pixels are shown, so what is 560 wide is drawn at a scale of 2: the box, 4 pixels around the ink.
    scale, left, top, width, height = re.search(
        r'scale\(([\d.]+)\)"><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', content
    ).groups()
    assert float(scale) == 2
    assert [float(value) for value in (left, top, width, height)] == [50 - 4, 25 - 4, 100 + 8, 75 + 8]


def test_a_small_high_photograph_keeps_its_size_and_has_no_box_unless_asked_for():
    content = svg(photo_url(np.full((100, 40), 200, np.uint8)))
    assert 'viewBox="-30 -0 100 100"' in content
    assert image(content).shape == (100, 40)
    assert "<rect" not in content


def test_the_file_s_name_is_no_html():
    page = photo_html("data:x", "<b>one</b>.png")
    assert '<img src="data:x" alt="">' in page
    assert "<figcaption>&lt;b&gt;one&lt;/b&gt;.png</figcaption>" in page


def test_a_digit_s_box_has_what_was_read_beside_it_and_the_chosen_one_is_thicker_and_on_top():
    marks = [
        BoxMark((100, 100, 150, 180), "3", "digit", True),
        BoxMark((200, 2, 250, 80), "?", "none", False),
        BoxMark((300, 100, 350, 180), "", "digit", False),
    ]
    content = svg(photo_url(np.zeros((400, 400, 3), np.uint8), marks=marks))
    assert re.findall(r"<text[^>]*>(.)</text>", content) == ["?", "3"]
    widths = re.findall(r'rx="2" stroke="[^"]+" stroke-width="([\d.]+)"', content)
    assert widths == ["1.2", "1.2", "2.5"]
    # A label stands on its box, or in it at the photograph's upper edge.
    labels = re.findall(r'y="([\d.-]+)" width="[\d.]+" height="14"', content)
    assert float(labels[0]) >= -3
    assert float(labels[1]) == 70 - 1.5 - 14


def test_all_around_the_part_that_is_read_is_pale():
    content = svg(photo_url(np.zeros((280, 280, 3), np.uint8), part=(28, 56, 140, 210)))
    assert "M0 0H280.0V280.0H0ZM28.0 56.0V210.0H140.0V56.0Z" in content


def test_around_a_part_of_an_enlarged_photograph_the_same_is_pale():
    # A photograph of half the canvas's side is drawn at twice its size.
    content = svg(photo_url(np.zeros((140, 140, 3), np.uint8), part=(14, 28, 70, 105)))
    assert "M0 0H280.0V280.0H0ZM28.0 56.0V210.0H140.0V56.0Z" in content
