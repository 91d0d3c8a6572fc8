import numpy as np
import pytest

from core.ink.lines import box_gaps, split_into_lines, writing_height


def box(x, y, wide=30, high=50):
    return [x, y, x + wide, y + high]


def page(rows, columns, slope=0.0, leading=80, gap=45):
    return np.array(
        [box(gap * column, leading * row + slope * gap * column) for row in range(rows) for column in range(columns)],
        float,
    )


@pytest.mark.parametrize("slope", [-0.2, -0.1, 0, 0.1, 0.2])
@pytest.mark.parametrize("rows", [1, 2, 5])
def test_lines_are_told_apart_however_they_slant_and_in_whatever_order_the_boxes_come(rows, slope):
    boxes, order = page(rows, 5, slope), np.random.default_rng(1).permutation(5 * rows)
    lines = split_into_lines(boxes[order])
    assert [[order[index] for index in line] for line in lines] == [
        list(range(5 * row, 5 * row + 5)) for row in range(rows)
    ]


def test_a_small_mark_goes_with_what_is_nearest():
    boxes = np.array([box(0, 0), box(60, 0), box(0, 90), box(60, 90), box(15, 82, 25, 5)], float)
    assert split_into_lines(boxes) == [[0, 1], [2, 4, 3]]


def test_two_marks_that_touch_one_above_the_other_are_in_one_line_and_with_a_gap_in_two():
    assert split_into_lines(np.array([box(0, 0), box(2, 52)], float)) == [[0, 1]]
    assert split_into_lines(np.array([box(0, 0), box(2, 75)], float)) == [[0], [1]]


def test_the_halves_of_a_slanting_line_are_one_line_however_far_apart():
    assert split_into_lines(np.array([box(0, 40), box(35, 38), box(150, 8), box(190, 6)], float)) == [[0, 1, 2, 3]]


def test_no_boxes_make_no_lines():
    assert split_into_lines(np.zeros((0, 4))) == []


def test_the_height_of_writing_is_that_of_the_large_marks_however_many_specks_there_are():
    boxes = np.array([box(0, 0), box(40, 0, 30, 54), box(80, 0, 30, 46), *[box(5 * i, 70, 2, 2) for i in range(12)]])
    assert writing_height(boxes) == 50


def test_gaps_are_negative_where_boxes_overlap():
    gaps = box_gaps(np.array(box(0, 0)), np.array([box(20, 70), box(-60, 0)]))
    assert gaps.tolist() == [[-10, 20], [30, -50]]
