"""Digits found in photographs that are made here: the ink is known."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.ink.foreground import foreground_box
from core.photo.find_digits import find_digits
from core.photo.find_ink import _digit_size, _judge, find_ink

HEIGHT, WIDTH = 375, 500
SEVEN = [(200, 120), (300, 120), (240, 270)]
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]


def ink(lines=(SEVEN,), width=9):
    """How much of each pixel is covered by ink, (height, width)."""
    image = Image.new("L", (2 * WIDTH, 2 * HEIGHT))
    draw = ImageDraw.Draw(image)
    for line in lines:
        draw.line([(2 * x, 2 * y) for x, y in line], fill=255, width=2 * width, joint="curve")
    return np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)) / 255


def photo(cover, paper=200.0, pen=40.0, light=1.0, noise=2.0):
    random = np.random.default_rng(1)
    shades = (paper * (1 - cover) + pen * cover) * light + random.normal(0, noise, cover.shape)
    return np.clip(shades, 0, 255).astype(np.uint8)


def agreement(mask, cover):
    """Of all pixels that are ink by either, the share that are ink by both."""
    truth = cover > 0.5
    return (mask & truth).sum() / (mask | truth).sum()


def on_page(digit):
    """The ink of a digit where it was found, as a mask of the whole photograph."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    left, top, right, bottom = digit.piece.box
    mask[top:bottom, left:right] = digit.piece.ink
    return mask


SHADOW = np.where(COLUMNS + 0.5 * ROWS < 330, 0.6, 1.0)
LIGHTS = {
    "even": 1.0,
    "from one side": 1 - 0.5 * COLUMNS / WIDTH,
    "darker corners": 1 - 0.5 * ((COLUMNS / WIDTH - 0.5) ** 2 + (ROWS / HEIGHT - 0.5) ** 2),
    "half in shadow": SHADOW,
}


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize(("paper", "pen"), [(230, 30), (130, 40), (235, 110), (40, 230), (20, 120)])
def test_ink_is_found_in_any_light_be_it_darker_or_lighter_than_the_paper(light, paper, pen):
    cover = ink()
    found = find_ink(photo(cover, paper, pen, LIGHTS[light]))
    # Light ink lies on black paper.
    assert (np.median(found.even) < 128) == (pen > paper)
    assert agreement(found.mask, cover) > 0.8


@pytest.mark.parametrize("width", [2, 5, 14, 24])
def test_pens_of_any_width_are_found(width):
    cover = ink(width=width)
    assert agreement(find_ink(photo(cover)).mask, cover) > (0.6 if width == 2 else 0.85)


@pytest.mark.parametrize("scale", [0.2, 0.5, 2.0])
@pytest.mark.parametrize("place", [(0.1, 0.15), (0.9, 0.5), (0.5, 0.85)])
def test_size_and_place_do_not_matter(scale, place):
    points = (np.array(SEVEN) - np.mean(SEVEN, 0)) * scale
    low, high = points.min(0) - 12, points.max(0) + 12
    middle = np.clip(np.array(place) * (WIDTH, HEIGHT), -low, np.array([WIDTH, HEIGHT]) - high)
    cover = ink([[tuple(point) for point in points + middle]], width=max(3, round(9 * scale)))
    assert agreement(find_ink(photo(cover)).mask, cover) > (0.6 if scale == 0.2 else 0.8)


def test_even_light_makes_paper_white_and_ink_black_or_the_reverse():
    cover = ink()
    for paper, pen in ((200, 40), (40, 200)):
        even = find_ink(photo(cover, paper, pen, LIGHTS["from one side"])).even.astype(float)
        on_paper, on_ink = even[cover == 0], even[cover == 1]
        assert np.quantile(np.abs(on_paper - (255 if pen < paper else 0)), 0.95) < 40
        assert np.median(np.abs(on_ink - (0 if pen < paper else 255))) < 40


def test_the_edge_of_a_sheet_and_the_table_are_left_out():
    cover = ink()
    shades = photo(cover).astype(float)
    on_table = (ROWS < 30) | (COLUMNS > 460 + 0.05 * ROWS)
    grey = np.where(on_table, 60, shades).astype(np.uint8)
    assert agreement(find_ink(grey).mask, cover) > 0.85


def test_ruled_lines_and_specks_are_left_out():
    cover = ink()
    shades = photo(cover).astype(float)
    shades[::40] *= 0.85
    shades[330:333, 60:63] = 30
    assert agreement(find_ink(shades.astype(np.uint8)).mask, cover) > 0.85


def test_strokes_apart_but_near_belong_to_the_digit_and_what_is_far_is_another():
    body, bar = [(240, 150), (240, 200), (300, 230), (250, 280)], [(255, 140), (310, 140)]
    digit, other = ink([body, bar]), ink([[(60, 260), (90, 340)]])
    grey = photo(np.maximum(digit, other))
    first, second = sorted(find_digits(find_ink(grey).mask), key=lambda found: -found.piece.size)
    assert agreement(on_page(first), digit) > 0.85
    assert agreement(on_page(second), other) > 0.85


def test_a_blot_much_lower_than_a_thin_one_is_no_digit():
    line, blot = ink([[(150, 60), (150, 310)]]), ink([[(350, 170), (390, 170)]], width=40)
    (found,) = find_digits(find_ink(photo(np.maximum(line, blot))).mask)
    assert agreement(on_page(found), line) > 0.85


def test_many_specks_do_not_hide_a_digit():
    cover = ink()
    shades = photo(cover).astype(float)
    shades[2:110:6, 2::9] = 30
    shades[3:110:6, 2::9] = 30
    (found,) = find_digits(find_ink(shades.astype(np.uint8)).mask)
    assert agreement(on_page(found), cover) > 0.85


def test_a_line_below_a_number_and_a_frame_around_it_are_left_out():
    seven = (np.array(SEVEN) - (200, 120)) * 0.3
    digits = ink([[tuple(point) for point in seven + np.array((x, 150))] for x in (150, 200, 250)], width=4)
    rule = ink([[(120, 215), (330, 215)]], width=3)
    frame = ink([[(60, 60), (440, 60), (440, 320), (60, 320), (60, 60)]], width=3)
    for others in (rule, frame, np.maximum(rule, frame)):
        assert agreement(find_ink(photo(np.maximum(digits, others))).mask, digits) > 0.75


def test_ink_that_crosses_the_border_is_taken_where_there_is_nothing_else():
    cover = ink([[(250, -20), (240, 400)]])
    found = find_ink(photo(cover))
    assert foreground_box(found.mask)[1] == 0
    assert agreement(found.mask, cover) > 0.85


def test_a_digit_that_fills_the_picture_is_found():
    points = [(30, 10), (370, 30), (150, 365)]
    cover = ink([points], width=45)[:, :400]
    for paper, pen in ((255, 0), (0, 255)):
        assert agreement(find_ink(photo(cover, paper, pen)).mask, cover) > 0.85


def test_a_digit_that_fills_the_picture_is_found_beside_a_blot():
    points, blot = [(30, -20), (370, 30), (150, 365)], [(60, 200), (75, 200)]
    digit = ink([points], width=45)[:, :400]
    found = find_ink(photo(np.maximum(digit, ink([blot], width=16)[:, :400])))
    assert agreement(found.mask, digit) > 0.85


def test_a_speck_is_left_out_even_beside_the_digit():
    shades = photo(ink()).astype(float)
    shades[200:204, 310:314] = 40
    found = find_ink(shades.astype(np.uint8))
    assert not found.mask[195:210, 305:320].any()


@pytest.mark.parametrize("side", [0.4, -0.4])
def test_pixels_that_are_neither_paper_nor_ink_count_against_a_way_to_see_the_photograph(side):
    shades = ink().astype(np.float32)
    clear = _judge(shades, shades > 0.5, False)
    unclear = shades.copy()
    # On either side of the paper.
    unclear[300:340, 50:150] = side
    assert _judge(unclear, shades > 0.5, False).score == pytest.approx(clear.score - 1.5 * 4000 / shades.size)


@pytest.mark.parametrize(
    "grey",
    [
        *(np.full((300, 400), shade) for shade in (0, 20, 128, 255)),
        *(np.random.default_rng(2).normal(shade, 8, (300, 400)) for shade in (20, 180)),
        200 - 0.2 * np.mgrid[:300, :400][1],
        np.full((8, 80), 90),
    ],
)
def test_paper_alone_has_no_ink(grey):
    assert find_ink(np.clip(grey, 0, 255).astype(np.uint8)) is None


def test_many_dots_of_a_pixel_outweigh_a_larger_piece():
    assert _digit_size(np.array([10, 1, 1, 1]), np.array([10, 5, 5, 5])) == 1
    assert _digit_size(np.array([3]), np.array([1])) == 3
    assert _digit_size(np.array([10, 1, 1, 0]), np.array([10, 4, 4, 9])) == 10
