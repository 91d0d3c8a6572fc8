import base64
import re
from dataclasses import replace

import numpy as np
import pytest

from core.ink.rendering import Canvas, picture_from_strokes
from core.uncertainty.prediction import Prediction
from pages.components.draw.prediction.number_view import (
    MOST_CARDS,
    boxes_image,
    cards_html,
    digit_words,
    number_html,
    ordinal,
    short_place_name,
)
from pages.components.draw.subject import Subject
from tests.pages.drawing import before_calibration

DIGITS = tuple("0123456789")


def digit(left):
    strokes = [np.array([[left, 100.0], [left, 180.0]])]
    canvas = Canvas(0, 32, 280, [10.0])
    made = picture_from_strokes(strokes, canvas=canvas)
    return Subject(made.picture, strokes, made, canvas=canvas)


def reading(which, share=0.91, **more):
    values = np.full(10, (1 - share) / 9)
    values[which] = share
    return Prediction(DIGITS, values, before_calibration(values), (which,), **more)


PARTS = [digit(40.0), digit(120.0), digit(200.0)]


def test_it_tells_the_number_and_each_digit():
    html = number_html([reading(2), reading(0, 0.7), reading(6)], PARTS, 1)
    assert 'data-number="206" data-strokes="3"' in html
    assert [(int(place), name) for place, name in re.findall(r'class="digit" data-place="(.)">(.)</span>', html)] == [
        (0, "2"),
        (1, "0"),
        (2, "6"),
    ]
    assert "3 digits, from left to right<small>Least sure of the 2nd: 70.0%</small>" in html
    assert re.findall(r"<li(.*?) data-place=", html) == ["", ' class="chosen"', ""]
    assert "<b>0</b>, 70.0%<br>then 1, 3.3%" in html
    assert html.count('class="best" title="') == 3
    assert 'title="6: 91.0%"><div><i style="height:91.0%">' in html


def test_where_all_are_certain_none_is_singled_out():
    assert "<small>All are &gt;99.9% sure</small>" in number_html([reading(2, 0.9999)] * 3, PARTS, 0)
    almost = [reading(2, 0.9999), reading(0, 0.998), reading(6, 0.9999)]
    assert "<small>Least sure of the 2nd: 99.8%</small>" in number_html(almost, PARTS, 0)


def test_no_bar_is_called_everything_or_nothing():
    html = number_html([reading(2, 0.99999)] * 3, PARTS, 0)
    assert html.count('title="2: &gt;99.9%"') == 3
    assert html.count('title="6: &lt;0.1%"') == 3


def test_what_is_no_digit_is_not_read_as_one():
    none = reading(7, digit_share=0.1, digit_threshold=0.5)
    html = number_html([reading(2), none, reading(6)], PARTS, 0)
    assert 'data-number="2?6"' in html
    assert '<span class="none" data-place="1">?</span>' in html
    assert "No digit, I think: the 2nd" in html
    assert "with the pen lifted between them" in html
    assert "No digit<br>if one: 7, 91.0%" in html


def test_what_may_be_several_digits_is_said_to_be_unsure():
    unsure = replace(reading(4, 0.6), likely=(4, 9))
    html = number_html([unsure, reading(0), replace(unsure, likely=(4, 9, 7))], PARTS, 0)
    assert 'data-number="404"' in html
    assert re.findall(r'<span class="(\w+)" data-place="\d">(\d)</span>', html) == [
        ("unsure", "4"),
        ("digit", "0"),
        ("unsure", "4"),
    ]
    assert "Not sure of the 1st: 4 or 9; 3rd: 4, 9 or 7" in html


def test_each_digit_has_a_numbered_box_on_the_canvas():
    svg = base64.b64decode(boxes_image(PARTS, 2).split("base64,")[1]).decode()
    assert 'viewBox="0 32 280 280"' in svg
    assert svg.count("<polyline") == 3
    assert re.findall(r"<text[^>]*>(\d)</text>", svg) == ["1", "2", "3"]
    boxes = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)
    assert [float(left) for left, *_ in boxes] == [32, 112, 192]
    assert {(width, height) for *_, width, height in boxes} == {("16.0", "96.0")}


@pytest.mark.parametrize(("bottom", "y"), [(180.0, 210.0), (290.0, 86.0)])
def test_a_box_s_number_stands_below_it_or_above_where_there_is_no_room(bottom, y):
    strokes = [np.array([[40.0, 100.0], [40.0, bottom]])]
    canvas = Canvas(0, 32, 280, [10.0])
    made = picture_from_strokes(strokes, canvas=canvas)
    svg = base64.b64decode(boxes_image([Subject(made.picture, strokes, made, canvas=canvas)], 0).split("base64,")[1])
    assert float(re.search(rb'<text x="40.0" y="([\d.]+)"', svg)[1]) == y


def test_the_chosen_digit_s_box_is_thicker():
    svg = base64.b64decode(boxes_image(PARTS, 2).split("base64,")[1]).decode()
    assert re.findall(r'rx="4" stroke="[^"]+" stroke-width="([\d.]+)"', svg) == ["2.5", "2.5", "5"]


@pytest.mark.parametrize(
    ("place", "word", "digit"),
    [
        (0, "1st", "the 1st digit"),
        (1, "2nd", "the 2nd digit"),
        (2, "3rd", "the 3rd digit"),
        (3, "4th", "the 4th digit"),
        (9, "10th", "the 10th digit"),
        (10, "no. 11", "digit no. 11"),
    ],
)
def test_places_have_names(place, word, digit):
    assert ordinal(place) == word
    assert str(digit_words(PARTS[:1] * 11, place)) == digit


def in_lines():
    places = [(0, 0), (0, 0), (0, 1), (1, 2)]
    digits = [digit(40.0 + 60 * index) for index in range(4)]
    return [replace(each, line=line, number=number) for each, (line, number) in zip(digits, places, strict=True)]


def test_numbers_stand_line_by_line():
    page = number_html([reading(2), reading(8), reading(5), reading(7, 0.7)], in_lines(), 3)
    assert 'data-number="28 5 7"' in page
    assert page.count('class="line"') == 2
    assert "4 digits in 2 lines<small>Least sure of the 1st of line 2: 70.0%</small>" in page


def test_places_in_several_lines_have_short_names_too():
    assert [short_place_name(in_lines(), place) for place in range(4)] == ["1.1", "1.2", "1.3", "2.1"]
    assert short_place_name(PARTS, 2) == "3rd"


def test_of_many_digits_the_chosen_one_has_its_card_and_doubts_are_counted():
    digits = [digit(10.0 + 20 * index) for index in range(12)]
    predictions = [reading(1, digit_share=0.1, digit_threshold=0.5)] * 6 + [reading(2)] * 6
    page = number_html(predictions, digits, 7)
    assert re.findall(r"<li(.*?)>", page) == [' class="chosen" data-place="7"']
    assert "No digit, I think: the 1st, 2nd, 3rd, 4th and 2 more" in page
    assert cards_html(predictions, digits, 7).count("<li") == 12
    assert short_place_name(digits, 11) == "no. 12"


def test_as_many_digits_as_have_cards_all_show_theirs():
    digits = [digit(10.0 + 20 * index) for index in range(MOST_CARDS)]
    assert number_html([reading(1)] * MOST_CARDS, digits, 7).count("<li") == MOST_CARDS
