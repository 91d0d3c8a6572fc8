"""Margins of charts of cells, which hold the axes' texts."""

import pytest

from core.charts.cells import Axis
from core.texts.message import message
from pages.components.charts.cells import cell_chart
from pages.components.charts.large import enlarge_figure
from pages.components.charts.margins import fit_margins

DIGITS = tuple("0123456789")


def margins(row_names, column_names=DIGITS, factor=1.0, angle=0):
    axes = [Axis(message("True"), tuple(map(message, names))) for names in (row_names, column_names)]
    figure = cell_chart(*axes, [], (("",),), (((message("a"),),),))
    figure.layout.xaxis.tickangle = angle
    enlarge_figure(figure, factor)
    fit_margins(figure)
    return figure.layout.margin.l, figure.layout.margin.b


def test_only_the_widest_of_the_rows_names_counts_and_it_makes_the_left_margin_wider():
    left, lower = margins(DIGITS)
    # Each of ten letters of 12 pixels is 0.46 of that wide on average.
    wide = (pytest.approx(left + 55, abs=1), lower)
    assert margins([*DIGITS, "a" * 11]) == wide
    assert margins(["b", "a" * 11, "c"]) == wide


def test_a_chinese_letter_is_as_wide_as_it_is_high_and_an_escaped_one_is_one_letter():
    assert margins(["裤"])[0] - margins([""])[0] == 12
    assert margins(["<&>"]) == margins(["abc"])


def test_names_below_that_stand_askew_take_height_by_their_length():
    left, lower = margins(DIGITS, ["a"], angle=-45)
    assert margins(DIGITS, ["a" * 11]) == margins(DIGITS)
    assert margins(DIGITS, ["a" * 11], angle=-45) == (left, pytest.approx(lower + 55 / 2**0.5, abs=1))


def test_margins_grow_with_the_text():
    usual, large = margins(["Ankle boot"]), margins(["Ankle boot"], factor=2.0)
    # The titles are set to the size of the labels, 24 instead of 14 pixels.
    assert large[0] - 2 * usual[0] == pytest.approx(1.35 * (24 - 28), abs=1)
    assert large[1] - 2 * usual[1] == pytest.approx(1.35 * (24 - 28), abs=1)
