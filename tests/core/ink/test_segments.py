import contextlib

import numpy as np
import pytest

from core.errors import DrawingError
from core.ink.digit_split import MAX_DIGITS, MAX_STROKES, candidate_splits, split_into_digits
from core.ink.stroke_links import same_digit_log_odds


def line(*points):
    return np.array(points, float)


def circle(x, y, radius):
    turns = np.linspace(0, 2 * np.pi, 20)
    return np.column_stack([x + radius * np.cos(turns), y + radius * np.sin(turns)])


# Digits in boxes of about 50 by 100, of more than one stroke each but the first two.
ONE = [line((0, 0), (0, 100))]
TWO = [line((0, 20), (25, 0), (50, 20), (45, 45), (0, 100), (55, 100))]
FOUR = [line((10, 0), (0, 60), (55, 60)), line((40, 30), (40, 100))]
# An upright line beside an open hook: a four, or an L and a one.
OPEN_FOUR = [line((5, 0), (0, 55), (40, 55)), line((47, 5), (47, 100))]
FIVE = [line((8, 0), (5, 45), (35, 45), (50, 70), (35, 98), (0, 95)), line((8, 2), (55, 0))]
SEVEN = [line((0, 0), (50, 0), (20, 100)), line((10, 50), (45, 48))]
EIGHT = [circle(25, 25, 22), circle(25, 75, 26)]


def write(*digits, gap=15.0, scale=1.0):
    """Strokes of the digits side by side, and for each digit the numbers of its strokes."""
    strokes, groups, left = [], [], 0.0
    for digit in digits:
        points = np.concatenate(digit)
        groups.append(tuple(range(len(strokes), len(strokes) + len(digit))))
        strokes += [(stroke - (points[:, 0].min(), 0) + (left, 0)) * scale for stroke in digit]
        left += np.ptp(points[:, 0]) + gap
    return strokes, groups


def never(_):
    raise AssertionError("nobody is to be asked")


@pytest.mark.parametrize("digit", [ONE, TWO, FOUR, FIVE, SEVEN, EIGHT], ids=["1", "2", "4", "5", "7", "8"])
def test_a_digit_of_several_strokes_stays_whole(digit):
    assert split_into_digits(digit) == [tuple(range(len(digit)))]


def test_where_there_is_no_doubt_nobody_is_asked():
    strokes, groups = write(EIGHT, SEVEN, gap=100)
    assert split_into_digits(strokes, never) == groups


@pytest.mark.parametrize("gap", [6, 10, 30, 100])
def test_digits_side_by_side_are_told_apart(gap):
    strokes, groups = write(TWO, FOUR, ONE, FIVE, gap=gap)
    assert split_into_digits(strokes) == groups


def random_number(seed):
    random = np.random.default_rng(seed)
    digits = [(ONE, TWO, FOUR, FIVE, SEVEN, EIGHT)[which] for which in random.integers(0, 6, random.integers(2, 6))]
    strokes, groups = write(*digits, gap=random.uniform(15, 40))
    return strokes, groups, random


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_strokes_does_not_matter(seed):
    strokes, groups, random = random_number(seed)
    order = random.permutation(len(strokes))
    found = split_into_digits([strokes[number] for number in order])
    assert [sorted(order[number] for number in group) for group in found] == [list(group) for group in groups]


@pytest.mark.parametrize("seed", range(20))
def test_place_and_size_and_the_pens_direction_do_not_matter(seed):
    strokes, groups, random = random_number(seed)
    shift, scale = random.uniform(-500, 500, 2), 10 ** random.uniform(-1, 1)
    assert split_into_digits([(stroke * scale + shift)[::-1] for stroke in strokes]) == groups


def test_the_pace_of_the_pen_does_not_matter():
    strokes, groups = write(TWO, FIVE, SEVEN)
    shares = np.linspace(0, 1, 300) ** 3
    slow = [
        np.column_stack([np.interp(shares * (len(stroke) - 1), range(len(stroke)), axis) for axis in stroke.T])
        for stroke in strokes
    ]
    assert split_into_digits(slow) == groups


def test_a_doubtful_pair_is_judged_by_how_it_looks():
    assert abs(same_digit_log_odds(OPEN_FOUR)[0, 1]) < 4
    asked = []

    def judge(whole, parts):
        def answer(pictures):
            asked.append(pictures)
            # Of one group of both strokes, and of each alone, in the order of their numbers.
            return np.array([parts, whole, parts])

        return answer

    assert split_into_digits(OPEN_FOUR, judge(whole=0.99, parts=0.03)) == [(0, 1)]
    assert split_into_digits(OPEN_FOUR, judge(whole=0.03, parts=0.99)) == [(0,), (1,)]
    assert [pictures.shape for pictures in asked] == [(3, 28, 28)] * 2


def test_what_judges_may_fail():
    def fail(_):
        raise OSError("no connection")

    with pytest.raises(OSError, match="no connection"):
        split_into_digits(OPEN_FOUR, fail)


def test_strokes_without_points_belong_to_nothing():
    strokes, _ = write(TWO, FOUR)
    assert split_into_digits([np.zeros((0, 2)), *strokes, np.zeros((0, 2))]) == [(1,), (2, 3)]
    assert split_into_digits([]) == []
    assert split_into_digits([np.zeros((0, 2))]) == []


def test_dots_are_no_error():
    assert len(split_into_digits([line((10, 10)), line((200, 10), (200, 10))])) == 2


def test_limits_are_named():
    with pytest.raises(DrawingError, match=f"has {MAX_STROKES + 1} strokes; a number may have at most {MAX_STROKES}"):
        split_into_digits([ONE[0]] * (MAX_STROKES + 1))
    with pytest.raises(DrawingError, match=f"has {MAX_DIGITS + 1} digits; a number may have at most {MAX_DIGITS}"):
        split_into_digits(write(*[ONE] * (MAX_DIGITS + 1), gap=60)[0])
    assert len(split_into_digits(write(*[ONE] * MAX_DIGITS, gap=60)[0])) == MAX_DIGITS


@pytest.mark.parametrize("seed", range(5))
def test_a_tangle_is_split_with_few_questions(seed):
    random = np.random.default_rng(seed)
    strokes = [random.uniform(0, 280, (6, 2)) * (0.15, 0.4) + random.uniform(0, 200, 2) for _ in range(MAX_STROKES)]
    asked = []

    def judge(pictures):
        asked.append(len(pictures))
        return np.full(len(pictures), 0.5)

    with contextlib.suppress(DrawingError):
        groups = split_into_digits(strokes, judge)
        assert sorted(number for group in groups for number in group) == list(range(MAX_STROKES))
    assert len(asked) <= 1
    assert sum(asked) <= 400


def test_ways_cover_each_stroke_once():
    strokes, _ = write(OPEN_FOUR, OPEN_FOUR, ONE, gap=4)
    for ways in candidate_splits(same_digit_log_odds(strokes)):
        members = {tuple(sorted(number for group in way for number in group)) for way in ways}
        assert len(members) == 1
        assert len(set(ways)) == len(ways)
