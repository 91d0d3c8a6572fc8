"""Digits written without lifting the pen: where their stroke is cut, and what stays whole."""

import numpy as np
import pytest

from core.ink.digit_split import MAX_DIGITS
from core.ink.joined import JoinedDigits, as_one_digit, find_corners, separate_digits
from core.ink.rendering import picture_from_strokes
from core.uncertainty.detector import digit_shares
from tests.core.ink.drawings import refine


def line(*points):
    return np.array(points, float)


def smooth(*points):
    """Many points on straight lines through these."""
    return refine(line(*points), 12)


def circle(x, y, wide, high):
    turns = np.linspace(-np.pi / 2, -2.5 * np.pi, 30)
    return np.column_stack([x + wide * np.cos(turns), y + high * np.sin(turns)])


def moved(stroke, right):
    return np.add(stroke, (right, 0))


ONE, ZERO = smooth((0, 0), (0, 100)), circle(70, 50, 28, 50)
TWO = smooth((0, 22), (10, 5), (28, 0), (48, 8), (52, 28), (40, 52), (0, 100), (58, 100))
FIVE = smooth((8, 0), (5, 44), (28, 38), (50, 52), (52, 75), (35, 98), (0, 94))
BAR = line((8, 0), (55, 0))
JOINED_10 = np.concatenate([ONE, ZERO])
JOINED_25 = np.concatenate([TWO, moved(FIVE, 80)])


def picture(*strokes):
    return picture_from_strokes(strokes).picture


def of_width(part_share, whole_share=0.0):
    """A judge who calls what is wider than high whole, and all else a part."""

    def judge(pictures):
        sides = [np.ptp(np.argwhere(each), axis=0) for each in pictures]
        return np.array([whole_share if wide > high else part_share for high, wide in sides])

    return judge


def test_a_one_and_a_zero_written_in_one_go_are_two_digits():
    pieces = separate_digits([JOINED_10], digit_shares)
    assert pieces.sources == (0, 0)
    assert pieces.groups == ((0,), (1,))
    one, zero = pieces.strokes
    np.testing.assert_array_equal(one, JOINED_10[: len(one)])
    np.testing.assert_array_equal(zero, JOINED_10[-len(zero) :])
    assert one[:, 0].max() < 15
    assert zero[:, 0].min() > 35


@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (0.3, 40), (20, -5000)])
def test_place_and_size_do_not_matter(scale, shift):
    pieces = separate_digits([JOINED_25 * scale + shift], digit_shares)
    two, five = pieces.strokes
    assert two[:, 0].max() <= 60 * scale + shift
    assert five[:, 0].min() >= 80 * scale + shift - 1e-9


def test_a_bar_that_follows_goes_to_its_digit():
    pieces = separate_digits([JOINED_25, moved(BAR, 80)], digit_shares)
    assert pieces.sources == (0, 0, 1)
    assert pieces.groups == ((0,), (1, 2))
    np.testing.assert_array_equal(pieces.strokes[2], moved(BAR, 80))


def test_the_rest_of_a_number_is_left_as_it_is():
    pieces = separate_digits([TWO, moved(JOINED_10, 100), moved(FIVE, 260), moved(BAR, 260)], digit_shares)
    assert pieces.sources == (0, 1, 1, 2, 3)
    assert sorted(pieces.groups) == [(0,), (1,), (2,), (3, 4)]


@pytest.mark.parametrize("left", [0, 500, -500])
@pytest.mark.parametrize(
    ("points", "links"),
    [
        ([(0, 0), (0, 100), (25, 0), (25, 100)], [(1, 2)]),
        ([(0, 0), (0, 100), (15, 0), (15, 100)], []),
        ([(0, 0), (0, 100), (150, 0), (150, 100)], []),
        ([(0, 60), (0, 100), (25, 0), (25, 100)], []),
        ([(0, 0), (0, 100), (25, 60), (25, 100)], []),
        ([(0, 0), (40, 100), (25, 0), (80, 100)], []),
        ([(0, 0), (50, 100), (45, 0), (10, 50), (100, 100)], []),
    ],
    ids=["good", "middles too near", "too long", "low before", "low after", "to the left", "overlap"],
)
def test_a_link_leads_from_a_high_part_to_one_a_little_to_the_right(points, links, left):
    assert JoinedDigits([moved(line(*points), left)]).links == links


@pytest.mark.parametrize("digit", [[ONE], [ZERO], [TWO], [FIVE, BAR]], ids=["1", "0", "2", "5"])
def test_single_digits_stay_whole(digit):
    pieces = separate_digits(digit, digit_shares)
    assert pieces.groups == (tuple(range(len(digit))),)
    assert all(piece is stroke for piece, stroke in zip(pieces.strokes, digit, strict=True))


def test_without_a_judge_nothing_is_cut():
    assert separate_digits([JOINED_10]).groups == ((0,),)


def test_what_may_be_a_digit_is_not_cut():
    assert len(separate_digits([JOINED_25], of_width(0.99, whole_share=0.1)).groups) == 2
    assert len(separate_digits([JOINED_25], of_width(0.99, whole_share=0.3)).groups) == 1


def test_no_digit_is_cut_off_that_does_not_look_clearly_like_one():
    assert len(separate_digits([JOINED_25], of_width(0.8)).groups) == 1


def test_lines_alone_are_no_number():
    letter = smooth((0, 100), (0, 0), (60, 100), (60, 0))
    assert JoinedDigits([letter]).parts
    assert len(separate_digits([letter], lambda pictures: np.where(np.arange(len(pictures)), 0.99, 0.0)).groups) == 1


def test_a_stroke_with_no_place_to_cut_is_not_even_looked_at():
    def never(_):
        raise AssertionError("nobody is to be asked")

    for stroke in (ONE, FIVE):
        assert len(separate_digits([stroke], never).groups) == 1


def test_a_number_has_at_most_ten_digits():
    joined = [moved(JOINED_25, 200 * place) for place in range(MAX_DIGITS // 2)]
    assert len(separate_digits(joined, of_width(0.99)).groups) == MAX_DIGITS
    joined.append(moved(TWO, 200 * len(joined)))
    assert len(separate_digits(joined, of_width(0.99)).groups) == len(joined)


@pytest.mark.parametrize(
    "stroke",
    [
        line((5, 5)),
        line((5, 5), (5, 5)),
        smooth((0, 0), (200, 0)),
        smooth(*((4 * place, 100 * (place % 2)) for place in range(150))),
        np.random.default_rng(1).uniform(0, 280, (3000, 2)),
    ],
    ids=["point", "dot", "dash", "zigzag", "scribble"],
)
def test_scribbles_and_dots_are_left_whole_at_once(stroke):
    asked = []

    def judge(pictures):
        asked.extend(pictures)
        return np.zeros(len(pictures))

    pieces = separate_digits([stroke], judge)
    assert len(pieces.groups) == 1
    assert len(asked) < 300


def test_corners_are_where_the_pen_turns():
    points = smooth((0, 0), (0, 100), (100, 100))
    start, corner, end = find_corners(points, 5)
    assert (start, end) == (0, len(points) - 1)
    assert points[corner] == pytest.approx((0, 100), abs=5)
    assert len(find_corners(points, 200)) == 2


def test_as_one_digit_all_strokes_are_one_but_empty_ones():
    pieces = as_one_digit([ONE, line().reshape(0, 2), TWO])
    assert (pieces.sources, pieces.groups) == ((0, 2), ((0, 1),))
    assert as_one_digit([]).groups == ()
    np.testing.assert_array_equal(picture(*pieces.strokes), picture(ONE, TWO))
