import numpy as np
import pytest

from benchmarks.handwriting.several_digits import Outcome, summarise
from tools.pen.composed_numbers import Number, compose_numbers, single
from tools.pen.pen_digits import CANVAS, PenDigit

BAR = np.array([[0.0, 40], [50, 40]])


def digit(label, writer):
    """A digit of as many upright strokes as its label and one more, side by side, and a bar that crosses them."""
    strokes = [np.array([[10.0 * number, 0], [10.0 * number, 100]]) for number in range(label + 1)]
    return PenDigit(label, writer, (*strokes, BAR))


DIGITS = [digit(label, writer) for label in (0, 1, 2) for writer in (7, 8)]


def numbers(count=40, seed=1, **more):
    return list(compose_numbers(DIGITS, count, seed, (2, 3, 4, 5), **more))


def test_numbers_lie_on_the_canvas_from_left_to_right():
    lengths = set()
    for number in numbers():
        points = np.concatenate(number.strokes)
        assert points.min() >= 0
        assert points.max(0)[0] <= CANVAS + 40
        middles = [np.mean([number.strokes[index][:, 0].mean() for index in group]) for group in sorted(number.groups)]
        assert middles == sorted(middles)
        lengths.add(len(number.labels))
    assert lengths == {2, 3, 4, 5}


def test_strokes_belong_to_the_digits_that_they_came_from():
    for number in numbers():
        counts = [sum(owner == place for owner in number.owners) for place in range(len(number.labels))]
        assert counts == [label + 2 for label in number.labels]
        assert sorted(index for group in number.groups for index in group) == list(range(len(number.strokes)))


def test_the_same_seed_gives_the_same_numbers():
    for one, other in zip(numbers(), numbers(), strict=True):
        assert one.labels == other.labels
        assert all(np.array_equal(a, b) for a, b in zip(one.strokes, other.strokes, strict=True))
    assert [one.labels for one in numbers()] != [one.labels for one in numbers(seed=2)]


def test_a_careless_hand_puts_all_but_the_first_stroke_elsewhere():
    exact, careless = (single(DIGITS[-1], share, np.random.default_rng(1)) for share in (0.0, 0.05))
    starts = [np.array([stroke[0] for stroke in number.strokes]) for number in (exact, careless)]
    moved = np.abs((starts[1] - starts[1][0]) - (starts[0] - starts[0][0])).max(1)
    assert moved[0] == 0
    assert (moved[1:] > 0.1).all()
    assert exact.groups == careless.groups == {(0, 1, 2, 3)}


def outcome(split, read):
    return Outcome(Number((1, 2), (BAR, BAR), (0, 1)), split, True, False, read)


def test_shares_are_of_all_numbers():
    figures = summarise([outcome(True, (1, 2)), outcome(True, (1, 7)), outcome(False, (4,)), outcome(True, (1, 2))])
    assert figures["count"] == 4
    assert figures["split_right"] == 0.75
    assert figures["read_right"] == 0.5
    assert figures["read_right_of_those_split_right"] == pytest.approx(2 / 3, abs=1e-4)
