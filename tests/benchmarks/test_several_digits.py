from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.handwriting import several_digits
from benchmarks.handwriting.several_digits import Outcome, measure_joined, summarise
from core.ink.joined import Pieces
from tools.pen.composed_numbers import Number, compose_joined, compose_numbers, single
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


def pen_digit(label, strokes):
    return PenDigit(label, 7, tuple(np.array(stroke, float) for stroke in strokes))


STROKE = [(0, 0), (10, 50), (0, 100)]
FIVE = pen_digit(5, [STROKE, [(0, 0), (30, 0)]])
ONLY_JOINED = [pen_digit(3, [STROKE]), FIVE, pen_digit(4, [STROKE, [(5, 50), (40, 50)]])]


def test_joined_numbers_are_one_stroke_and_the_bars_of_fives_and_sevens():
    numbers = list(compose_joined(ONLY_JOINED, 40, 1, 3))
    assert {label for number in numbers for label in number.labels} == {3, 5}
    for number in numbers:
        joined, *bars = number.strokes
        assert len(bars) == number.labels.count(5)
        assert [number.labels[owner] for owner in number.owners[1:]] == [5] * len(bars)
        # The pen never jumps.
        assert np.hypot(*np.diff(joined, axis=0).T).max() < 100
        assert np.ptp(np.concatenate(number.strokes)[:, 0]) <= CANVAS
    assert {len(number.labels) for number in numbers} == {3}


def test_joined_numbers_are_counted_as_right_doubtful_or_wrong(monkeypatch):
    class Said:
        def __init__(self, best, verdict):
            self.best, self.verdict = best, verdict

    said = {
        1: [Said(3, "digit")],
        2: [Said(3, "unsure"), Said(5, "digit")],
    }
    number = Number((3, 5), (BAR, BAR + 100), (0, 1))
    monkeypatch.setattr(several_digits, "predict_pictures", lambda _, pictures: said[len(pictures)])
    monkeypatch.setattr(several_digits, "split_into_digits", lambda *_: [(0, 1)])
    monkeypatch.setattr(several_digits, "separate_digits", lambda *_: Pieces(number.strokes, (0, 1), ((0,), (1,))))
    figures = measure_joined([number], None)
    assert figures["left_whole"] == {"right": 0, "doubtful": 0, "wrong": 1}
    assert figures["cut"] == {"right": 1, "doubtful": 0, "wrong": 0}
    said[2][1] = Said(5, "none")
    assert measure_joined([number], None)["cut"] == {"right": 0, "doubtful": 1, "wrong": 0}


def test_zeros_with_a_slash_are_found_and_counted_beside_those_that_are_read_with_it(monkeypatch):
    angles = np.linspace(0, 2 * np.pi, 40)
    zero = np.stack([30 * np.cos(angles), 50 * np.sin(angles)], axis=1)
    zeros = [PenDigit(0, 7, (zero,)) for _ in range(4)]
    verdicts = [("digit", 0), ("digit", 6), ("none", 0), ("digit", 0)]
    said = [SimpleNamespace(verdict=verdict, best=best) for verdict, best in verdicts]
    monkeypatch.setattr(several_digits, "predict_pictures", lambda _, pictures: said[: len(pictures)])
    # A zero of two strokes gets no slash. As it is written, one of these is a slashed zero.
    others = [PenDigit(0, 7, (zero, np.array([[-25.0, 40], [25, -40]]))), DIGITS[0]]
    assert several_digits.measure_slashed_zeros(zeros + others, None) == {
        "count": 4,
        "found": 1.0,
        "read_with_slash": 0.5,
        "digits": 6,
        "taken_for_one": 1,
    }
