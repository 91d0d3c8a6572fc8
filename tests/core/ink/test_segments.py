import contextlib

import numpy as np
import pytest

from core.errors import DrawingError
from core.ink.digit_split import (
    MAX_DIGITS,
    MAX_STROKES,
    arrange,
    candidate_splits,
    flat_groups,
    judge_groups,
    split_features,
    split_into_digits,
)
from core.ink.rendering import picture_from_strokes
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


@pytest.mark.parametrize("slant", [-0.15, 0, 0.15])
@pytest.mark.parametrize("leading", [125, 170])
def test_two_lines_are_not_mixed(slant, leading):
    first, groups = write(TWO, FOUR, ONE, FIVE)
    second, more = write(SEVEN, EIGHT, TWO)
    strokes = [*first, *(stroke + np.array((20, leading)) for stroke in second)]
    strokes = [stroke + np.outer(stroke[:, 0], (0, slant)) for stroke in strokes]
    more = [tuple(number + len(first) for number in group) for group in more]
    assert split_into_digits(strokes) == groups + more
    assert arrange(groups + more, strokes) == [groups, more]


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


def matrix(count, links):
    """Log-odds (n, n) with these for some pairs, and surely apart for the others."""
    odds = np.full((count, count), -20.0)
    for (one, other), value in links.items():
        odds[one, other] = odds[other, one] = value
    return odds


def test_a_group_hangs_on_another_by_its_strongest_link():
    # 0 and 1 are surely one digit; 2 is far from 0, and in doubt beside 1.
    [ways] = candidate_splits(matrix(3, {(0, 1): 9.0, (1, 2): 2.0}))
    assert sorted(ways) == [((0, 1), (2,)), ((0, 1, 2),)]


def test_what_is_surely_joined_or_apart_is_no_question():
    assert candidate_splits(matrix(4, {(0, 1): 6.5, (2, 3): -5.5})) == [[((0, 1),)], [((2,), (3,)), ((2, 3),)]]


@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_of_many_doubts_the_greatest_stay_open_and_the_others_are_settled(scale):
    # A chain of eight strokes: the five links nearest to 0 are open, the sixth joins, the seventh parts.
    links = [1.0, -2.0, 3.0, -1.5, 0.5, 4.0, -5.0]
    [ways] = candidate_splits(matrix(8, {(n, n + 1): scale * value for n, value in enumerate(links)}))
    assert len(ways) == 2**5
    for way in ways:
        groups = {number: group for group in way for number in group}
        assert groups[5] == groups[6] != groups[7]


def test_what_speaks_for_a_way():
    odds = matrix(4, {(0, 1): 2.5, (0, 2): -30.0, (1, 2): 30.0})
    likely = {(0, 1, 2): 0.5, (3,): 0.001}
    found = split_features(((0, 1, 2), (3,)), odds, likely, flat={(3,), (7,)})
    # Links count no further than 6 either way, a judge's word no less than 0.02.
    assert found.tolist() == pytest.approx([2.5 - 6 + 6, np.log(0.5) + np.log(0.02), 2, 1])


def test_flat_is_what_is_low_for_this_writing_however_wide():
    strokes = [line((0, 0), (0, 100)), line((20, 0), (200, 35)), line((300, 0), (301, 45)), line((400, 0), (401, 30))]
    groups = [(0,), (1,), (2,), (3,), (1, 2)]
    assert flat_groups(groups, strokes) == {(1,), (3,)}


def test_groups_are_judged_all_at_once_and_each_has_its_own_answer():
    strokes = [line((0, 0), (0, 100)), line((50, 0), (50, 100)), line((0, 50), (90, 50))]
    seen = []

    def judge(pictures):
        seen.append(pictures)
        return np.array([0.1, 0.2, 0.3])

    assert judge_groups({(2,), (0, 1), (0,)}, strokes, judge) == {(0,): 0.1, (0, 1): 0.2, (2,): 0.3}
    [pictures] = seen
    for picture, group in zip(pictures, [(0,), (0, 1), (2,)], strict=True):
        expected = picture_from_strokes([strokes[number] for number in group]).picture
        np.testing.assert_array_equal(picture, expected)
    assert judge_groups({(0,), (1,)}, strokes, None) == {(0,): 1.0, (1,): 1.0}


def test_ways_cover_each_stroke_once():
    strokes, _ = write(OPEN_FOUR, OPEN_FOUR, ONE, gap=4)
    for ways in candidate_splits(same_digit_log_odds(strokes)):
        members = {tuple(sorted(number for group in way for number in group)) for way in ways}
        assert len(members) == 1
        assert len(set(ways)) == len(ways)
