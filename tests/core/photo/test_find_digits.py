"""Numbers in masks of ink that are made here; a stand-in for the network says what looks like a digit."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.errors import PhotoError
from core.photo import find_digits as module
from core.photo.find_digits import find_digits
from core.photo.parts import connected_pieces, join_pieces
from core.photo.touching import MOST_TO_CUT, find_cuts

ONE = [[(15, 0), (15, 60)]]
SEVEN = [[(0, 0), (30, 0), (12, 60)]]
# The bar stands off.
FIVE = [[(2, 10), (0, 30), (20, 30), (28, 45), (18, 60), (0, 58)], [(9, 0), (32, 0)]]


def draw(*digits, size=(500, 400), width=5):
    """A mask of digits, each at its upper left corner: (lines, x, y)."""
    image = Image.new("L", size)
    pen = ImageDraw.Draw(image)
    for lines, x, y in digits:
        for line in lines:
            pen.line([(x + a, y + b) for a, b in line], fill=255, width=width, joint="curve")
    return np.asarray(image) > 127


def test_pieces_are_as_near_as_the_ways_of_their_pens_however_thick_these_are():
    def odds(width):
        image = Image.new("L", (200, 120))
        pen = ImageDraw.Draw(image)
        for x in (60, 90):
            pen.line([(x, 20), (x, 90)], fill=255, width=width)
        return module._same_digit_log_odds(connected_pieces(np.asarray(image) > 127))[0, 1]

    assert odds(9) == pytest.approx(odds(3), abs=0.4)


def row(y, *digits, gap=50, x=40, slope=0.0):
    return [(digit, x + gap * place, y + slope * gap * place) for place, digit in enumerate(digits)]


def seen(mask, judge=None):
    """For each number its line and how many digits it has."""
    numbers = {}
    for digit in find_digits(mask, judge):
        numbers.setdefault((digit.line, digit.number), []).append(digit)
    return [(line, len(digits)) for (line, _), digits in numbers.items()]


@pytest.mark.parametrize("slope", [-0.12, 0, 0.12])
def test_each_line_is_a_number(slope):
    rows = [row(60 + 100 * line, SEVEN, ONE, SEVEN, ONE, SEVEN, slope=slope) for line in range(3)]
    assert seen(draw(*rows[0], *rows[1], *rows[2])) == [(0, 5), (1, 5), (2, 5)]


def test_digits_come_from_left_to_right_each_with_its_box():
    digits = find_digits(draw(*row(50, SEVEN, SEVEN, SEVEN)))
    lefts = [digit.piece.box[0] for digit in digits]
    assert lefts == sorted(lefts)
    assert [digit.piece.box[0] for digit in digits] == pytest.approx([40, 90, 140], abs=3)
    assert [digit.piece.box[3] for digit in digits] == pytest.approx([110] * 3, abs=3)
    assert all(digit.piece.ink.shape == (digit.piece.height, digit.piece.width) for digit in digits)


def test_a_bar_that_stands_off_belongs_to_its_digit_and_specks_count_for_nothing():
    mask = draw(*row(50, FIVE, FIVE, ONE))
    mask[80:84, 300:304] = True
    assert len(connected_pieces(mask)) == 6
    assert seen(mask) == [(0, 3)]


def test_a_gap_much_wider_than_the_others_is_between_two_numbers():
    mask = draw(*row(50, SEVEN, ONE, SEVEN), *row(50, ONE, SEVEN, x=330))
    assert seen(mask) == [(0, 3), (0, 2)]
    # Wide gaps alone make no numbers.
    assert seen(draw(*row(50, SEVEN, ONE, SEVEN, ONE, gap=100))) == [(0, 4)]


def narrow_is_a_digit(pictures):
    """Takes a picture for a digit unless its ink is about as wide as high, as of two digits side by side."""
    wide = [np.ptp(np.flatnonzero(picture.any(0))) for picture in pictures]
    high = [np.ptp(np.flatnonzero(picture.any(1))) for picture in pictures]
    return np.where(np.array(wide) > 0.75 * np.array(high), 0.01, 0.99)


def test_digits_that_touch_are_cut_where_the_parts_look_more_like_digits():
    mask = draw(*row(50, SEVEN, SEVEN, SEVEN, gap=29))
    assert len(connected_pieces(mask)) == 1
    assert seen(mask) == [(0, 1)]
    digits = find_digits(mask, narrow_is_a_digit)
    assert [digit.piece.box[0] for digit in digits] == pytest.approx([38, 66, 95], abs=8)
    assert seen(mask, lambda pictures: np.full(len(pictures), 0.99)) == [(0, 1)]


def test_the_network_is_asked_three_times_at_most():
    calls = []

    def judge(pictures):
        calls.append(len(pictures))
        return np.full(len(pictures), 0.5)

    find_digits(draw(*row(50, FIVE, SEVEN, FIVE, SEVEN, FIVE, gap=29), *row(170, SEVEN, FIVE, gap=34)), judge)
    assert 1 <= len(calls) <= 3


def test_cuts_run_from_top_to_bottom_and_the_stretches_between_them_make_up_the_piece():
    (piece,) = connected_pieces(draw((SEVEN, 40, 50), (SEVEN, 66, 50), size=(200, 160)))
    cuts = find_cuts(piece)
    assert len(cuts.paths)
    assert cuts.paths.shape == (len(cuts.paths), piece.height)
    last = len(cuts.paths) + 1
    for cut in range(1, last):
        if (0, cut) in cuts.stretches and (cut, last) in cuts.stretches:
            whole = join_pieces([cuts.stretches[0, cut], cuts.stretches[cut, last]])
            assert whole.box == piece.box
            assert np.array_equal(whole.ink, piece.ink)


def test_a_cut_keeps_to_a_slanted_gap():
    ink = np.ones((40, 80), bool)
    rows = np.arange(40)
    ink[rows, 20 + rows] = False
    # The sides touch at corners.
    (piece,) = connected_pieces(np.kron(ink, np.ones((3, 3), bool)))
    crossed = [np.take_along_axis(piece.ink, path[:, None], 1).sum() for path in find_cuts(piece).paths]
    assert min(crossed) == 0


@pytest.mark.parametrize("column", [40, 41])
def test_a_cut_goes_through_a_gap_of_one_pixel(column):
    ink = np.ones((40, 80), bool)
    ink[:-1, column] = False
    (piece,) = connected_pieces(ink)
    crossed = [np.take_along_axis(piece.ink, path[:, None], 1).sum() for path in find_cuts(piece).paths]
    assert min(crossed) == 1


@pytest.mark.parametrize(("whole", "count"), [(MOST_TO_CUT - 0.01, 2), (MOST_TO_CUT + 0.01, 1)])
def test_two_sure_digits_are_better_than_a_whole_that_is_none_so_sure(whole, count):
    (piece,) = connected_pieces(draw((SEVEN, 40, 50), (SEVEN, 66, 50), size=(200, 160)))
    cuts = find_cuts(piece)
    assert len(cuts.best(whole, [1.0] * len(cuts.stretches))) == count


def test_of_too_many_pieces_the_largest_are_looked_at(monkeypatch):
    monkeypatch.setattr(module, "_MOST_PIECES", 2)
    mask = draw(*row(50, SEVEN, SEVEN))
    mask[80:84, 300:304] = mask[80:84, 320:324] = True
    assert seen(mask) == [(0, 2)]


def test_too_many_digits_are_refused_and_told(monkeypatch):
    monkeypatch.setattr(module, "MAX_DIGITS", 2)
    with pytest.raises(PhotoError, match="3 things that may be digits; at most 2 are read"):
        find_digits(draw(*row(50, SEVEN, SEVEN, SEVEN)))


def test_without_ink_there_are_no_digits():
    assert find_digits(np.zeros((40, 40), bool)) == []
