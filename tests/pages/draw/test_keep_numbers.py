"""Keeping the digits of a number as one's own, one after the other or all at once."""

import re

import numpy as np
import pytest

from core.ink.rendering import picture_from_strokes
from core.teaching.collection import MAX_DIGITS
from pages.components.draw.canvas.canvas import DRAWING
from tests.pages.drawing import as_object, find, html, texts
from tests.pages.mine import kept, made
from tests.pages.photographs import LINES, page_of

LEFT, MIDDLE, RIGHT = [(40, 60), (40, 220)], [(150, 60), (130, 220)], [(220, 60), (250, 150), (225, 220)]
# With it, the one in the middle is a cross.
BAR = [(120, 140), (165, 138)]
CHOICE = "Digit to look closer at"


@pytest.fixture
def visit(visit_drawing, add_run):
    add_run("small", name="Small")

    def open_page(*strokes, **parameters):
        app = visit_drawing(*strokes, **{"run": "small", "look": "mine"} | parameters)
        assert not app.exception
        return app

    return open_page


def keep_row(app):
    return next(row for row in app.segmented_control if row.key == "my_digits_label")


def keep(app, label):
    keep_row(app).set_value(label).run()
    assert not app.exception


def keep_all(app):
    find(app.button, "Keep all as read").click().run()
    assert not app.exception


def picture(*strokes):
    return picture_from_strokes([np.array(stroke, float) for stroke in strokes]).picture


def pictures(app):
    return [digit.picture for digit in app.session_state["my_digits"]]


def as_read(app):
    return re.search(r'data-number="([^"]+)"', html(app))[1].replace(" ", "")


def test_after_a_digit_of_a_number_comes_the_next_one_and_after_the_last_the_canvas_is_cleared(visit):
    app = visit(LEFT, MIDDLE, RIGHT)
    for number, (name, label) in enumerate((("1st", 4), ("2nd", 7)), start=1):
        assert keep_row(app).label == f"Keep the {name} digit. It is a"
        keep(app, label)
        assert app.session_state["digit"] == number
        assert len(app.session_state[DRAWING]) == 3
    assert keep_row(app).label == "Keep the 3rd digit. It is a"
    keep(app, 2)
    assert kept(app) == [4, 7, 2]
    np.testing.assert_array_equal(pictures(app), [picture(LEFT), picture(MIDDLE), picture(RIGHT)])
    assert app.session_state[DRAWING] == []
    assert keep_row(app).label == "Keep this digit. It is a"
    app.session_state[DRAWING] = [as_object(RIGHT), as_object(MIDDLE), as_object(LEFT)]
    assert keep_row(app.run()).label == "Keep the 1st digit. It is a"


def test_the_digit_that_is_chosen_is_kept_and_then_those_that_are_not_kept_yet(visit):
    app = visit(LEFT, MIDDLE, RIGHT)
    find(app.segmented_control, CHOICE).set_value(2).run()
    keep(app, 2)
    assert app.session_state["digit"] == 0
    find(app.segmented_control, CHOICE).set_value(1).run()
    keep(app, 7)
    assert app.session_state["digit"] == 0
    find(app.segmented_control, CHOICE).set_value(1).run()
    keep(app, 1)
    assert "This one is now a 1" in texts(app.toast)
    assert kept(app) == [2, 1]
    assert len(app.session_state[DRAWING]) == 3


def test_all_are_kept_as_they_are_read(visit):
    app = visit(LEFT, MIDDLE, RIGHT)
    read = as_read(app)
    assert "?" not in read
    find(app.segmented_control, CHOICE).set_value(1).run()
    keep_all(app)
    assert "".join(map(str, kept(app))) == read
    np.testing.assert_array_equal(pictures(app), [picture(LEFT), picture(MIDDLE), picture(RIGHT)])
    assert "3 digits kept" in texts(app.toast)
    assert app.session_state[DRAWING] == []


def test_what_looks_like_no_digit_is_left_out_and_is_the_next_to_be_kept(visit):
    app = visit(LEFT, MIDDLE, BAR, RIGHT)
    first, cross, last = as_read(app)
    assert cross == "?"
    keep_all(app)
    assert "".join(map(str, kept(app))) == first + last
    assert "2 of 3 digits kept; the others look like no digit." in texts(app.toast)
    assert keep_row(app).label == "Keep the 2nd digit. It is a"
    assert len(app.session_state[DRAWING]) == 4


def test_where_nothing_looks_like_a_digit_none_is_kept_and_it_is_said(visit):
    app = visit(*cross_at(50), *cross_at(200))
    assert as_read(app) == "??"
    keep_all(app)
    assert texts(app.toast) == "None of them looks like a digit, so none is kept."
    assert "my_digits" not in app.session_state or kept(app) == []
    assert keep_row(app).label == "Keep the 1st digit. It is a"
    assert len(app.session_state[DRAWING]) == 4


def test_the_canvas_stays_on_request(visit):
    app = visit(LEFT, RIGHT)
    find(app.toggle, "Clear the canvas after keeping").set_value(False).run()
    keep_all(app)
    assert len(kept(app)) == 2
    assert len(app.session_state[DRAWING]) == 2


def test_all_or_none_are_kept_where_there_is_no_room_for_all(visit):
    app = visit(LEFT, MIDDLE, RIGHT)
    app.session_state["my_digits"] = made(MAX_DIGITS - 1)
    keep_all(app)
    assert len(kept(app)) == MAX_DIGITS - 1
    assert f"no more than {MAX_DIGITS} can be kept" in texts(app.toast)
    assert len(app.session_state[DRAWING]) == 3


def test_a_single_digit_has_no_button_for_all(visit):
    assert "Keep all as read" not in [button.label for button in visit(LEFT).button]


def test_a_photograph_s_digits_are_kept_by_their_line_and_place(visit):
    app = visit(source="upload", look="steps")
    app.file_uploader[0].set_value(("page.png", page_of(LINES), "image/png")).run()
    assert keep_row(app).label == "Keep the 1st digit of line 1. It is a"
    keep(app, 7)
    assert keep_row(app).label == "Keep the 2nd digit of line 1. It is a"
    keep_all(app)
    # The photograph has two pictures, some of them more than once.
    assert len(kept(app)) == 2


def test_the_parts_of_one_stroke_are_kept_as_digits_of_their_own(visit):
    one, zero = [(60, 60), (60, 110), (60, 160), (60, 210)], zero_at(150)
    app = visit([*one, *zero])
    keep(app, 1)
    keep(app, 0)
    assert kept(app) == [1, 0]
    np.testing.assert_array_equal(pictures(app), [picture(one), picture(zero)])
    assert app.session_state[DRAWING] == []


def zero_at(x):
    turns = np.linspace(0, 2 * np.pi, 30)
    return [(float(x - 35 * np.sin(turn)), float(135 - 75 * np.cos(turn))) for turn in turns]


def cross_at(x):
    return [(x, 60), (x - 20, 220)], [(x - 30, 140), (x + 15, 138)]
