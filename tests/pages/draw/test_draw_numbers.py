"""The Draw page with several digits on the canvas."""

import base64
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import ComputeError
from core.inference.networks import predict_proba
from core.ink.digit_split import MAX_DIGITS, MAX_STROKES
from core.ink.rendering import Canvas, PreprocessSteps, picture_from_strokes
from core.uncertainty.prediction import calibrated_proba
from pages.components.draw.canvas.canvas import DRAWING
from pages.components.draw.source import drawing as source
from pages.components.draw.steps.choice import TITLES
from pages.components.pictures.data_url import png_url
from tests.pages.drawing import LEFT, MIDDLE, RIGHT, as_object, find, html, reading, texts

BAR = [(120, 140), (165, 138)]
# A 2 and a 5, written in one go, without the bar of the 5.
JOINED_TWO = [
    (50, 115),
    (60, 98),
    (78, 93),
    (98, 101),
    (102, 121),
    (90, 145),
    (70, 170),
    (50, 193),
    (80, 193),
    (108, 193),
]
JOINED_FIVE = [
    (148, 93),
    (146, 115),
    (145, 137),
    (168, 131),
    (190, 145),
    (192, 168),
    (175, 191),
    (158, 191),
    (140, 187),
]
JOINED_BAR = [(148, 93), (195, 92)]
CHOICE, CHOSEN = "Digit to look closer at", "digit"


def picture(*strokes):
    return picture_from_strokes([np.array(stroke, float) for stroke in strokes]).picture


def number(app):
    """The number that is read, and of how many strokes; None when there is none."""
    found = re.search(r'data-number="([^"]+)" data-strokes="(\d+)"', html(app))
    return found and (found[1], int(found[2]))


def chosen(app):
    """The digit that is marked, from 0; None when none is."""
    marks = re.findall(r"<li(.*?) data-place=", html(app))
    return marks.index(' class="chosen"') if ' class="chosen"' in marks else None


def test_digits_side_by_side_are_read_as_a_number_from_left_to_right(visit_drawing, add_run):
    folder = add_run("small")
    app = visit_drawing(RIGHT, LEFT, MIDDLE, BAR)
    assert not app.exception
    pictures = np.stack([picture(LEFT), picture(MIDDLE, BAR), picture(RIGHT)])
    first, _, last = predict_proba(folder, pictures).argmax(1)
    # A cross is no digit.
    assert number(app) == (f"{first}?{last}", 4)
    assert reading(app) is None
    assert [html(app).count(png_url(each)) for each in pictures] == [1, 1, 1]


def test_the_digit_to_look_closer_at_can_be_chosen(visit_drawing, add_run):
    add_run("small")
    app = visit_drawing(LEFT, MIDDLE, BAR, RIGHT, look="steps")
    assert chosen(app) == 0
    assert html(app).count(png_url(picture(LEFT))) == 2
    find(app.segmented_control, CHOICE).set_value(1).run()
    assert not app.exception
    assert chosen(app) == 1
    assert html(app).count(png_url(picture(MIDDLE, BAR))) == 2
    find(app.button, "Undo").click().run()
    assert chosen(app) == 1
    find(app.button, "Undo").click().run()
    assert number(app)[1] == 2
    find(app.button, "Undo").click().run()
    assert number(app) is None
    assert reading(app)[1] == 1


def test_each_digit_of_a_number_keeps_its_own_brushes(visit_drawing, add_run):
    add_run("small")
    app = visit_drawing(look="steps")
    brushes = {6: LEFT, 12: MIDDLE, 20: BAR, 30: RIGHT}
    drawn = [(30, RIGHT), (6, LEFT), (20, BAR), (12, MIDDLE)]
    app.session_state[DRAWING] = [as_object(stroke, strokeWidth=width) for width, stroke in drawn]
    app.session_state[CHOSEN] = 1
    find(app.run().toggle, TITLES["thicken"]).set_value(False).run()
    with_numbers, ink = (base64.b64decode(data).decode() for data in re.findall(r"svg\+xml;base64,([^\"]+)", html(app)))
    assert lines(with_numbers) == brushes
    # The chosen digit's strokes stand out, with the others' pale behind.
    pale, _, full = ink.partition("</g></g>")
    assert (lines(pale), lines(full)) == ({6: LEFT, 30: RIGHT}, {12: MIDDLE, 20: BAR})
    for widths, strokes in (([6], [LEFT]), ([20, 12], [BAR, MIDDLE]), ([30], [RIGHT])):
        made = picture_from_strokes(
            [np.array(stroke, float) for stroke in strokes],
            steps=PreprocessSteps(thicken=False),
            canvas=Canvas(0, 32, 280, widths),
        )
        assert png_url(made.picture) in html(app)


def lines(svg):
    """The points of each stroke by its width."""
    found = re.findall(r'points="(.*?)" stroke-width="(\d+)"', svg)
    return {int(width): [tuple(map(float, point.split(","))) for point in points.split()] for points, width in found}


def test_a_choice_beyond_the_last_digit_falls_to_the_last(visit_drawing, add_run):
    add_run("small")
    app = visit_drawing(LEFT, MIDDLE, RIGHT)
    find(app.segmented_control, CHOICE).set_value(2).run()
    assert chosen(app) == 2
    find(app.button, "Undo").click().run()
    assert not app.exception
    assert chosen(app) == 1


def other_page():
    import streamlit as st

    from pages.components.draw.source.drawing import last_picture

    st.session_state["picture"] = last_picture()


def test_another_page_gets_the_first_digit_of_a_number():
    app = AppTest.from_function(other_page, default_timeout=30)
    app.session_state[DRAWING] = [as_object(RIGHT), as_object(LEFT)]
    app.run()
    assert not app.exception
    assert np.array_equal(app.session_state["picture"], picture(LEFT))


def test_all_networks_read_the_whole_number(visit_drawing, add_run):
    folder = add_run("small")
    app = visit_drawing(LEFT, MIDDLE, RIGHT, look="networks")
    read = "".join(map(str, predict_proba(folder, np.stack([picture(x) for x in (LEFT, MIDDLE, RIGHT)])).argmax(1)))
    assert f">{read}</td>" in html(app)
    shares = calibrated_proba(folder, np.stack([picture(x) for x in (LEFT, MIDDLE, RIGHT)]))
    for place, words in enumerate(("1st", "2nd", "3rd")):
        find(app.segmented_control, CHOICE).set_value(place).run()
        assert f"the bars and colours are about the {words} digit." in texts(app.caption)
        assert f"One network reads the {words} digit as" in html(app)
        cells = re.findall(r'title="\d: [^"]+%"><i style="--share:(.*?)"', html(app))
        assert cells == [f"{share:.3f}" for share in shares[place]]


def test_where_places_leave_a_doubt_what_looks_like_digits_decides_once_that_can_be_asked(
    visit_drawing, add_run, host, monkeypatch
):
    add_run("small")
    close = [(60, 60), (60, 220)], [(76, 60), (76, 220)]
    with monkeypatch.context() as starting:
        starting.setattr(host, "start", lambda _: None)
        app = visit_drawing(*close)
        assert (number(app), reading(app)[1]) == (None, 2)
    app.run()
    assert number(app.run())[1] == 2


def test_the_whole_canvas_shrunk_is_one_digit(visit_drawing, add_run):
    add_run("small")
    app = visit_drawing(LEFT, MIDDLE, RIGHT, look="steps")
    find(app.toggle, TITLES["cut_out"]).set_value(False).run()
    assert number(app) is None
    assert reading(app)[1] == 3


@pytest.mark.parametrize(
    ("strokes", "reason"),
    [
        ([[(9 + 25 * i, 60), (9 + 25 * i, 120)] for i in range(MAX_DIGITS + 1)], "11 digits"),
        ([LEFT] * (MAX_STROKES + 1), "41 strokes"),
    ],
)
def test_more_than_a_number_is_taken_for_one_digit(visit_drawing, add_run, strokes, reason):
    add_run("small")
    app = visit_drawing(*strokes)
    assert not app.exception
    assert f"has {reason}; a number may have at most" in texts(app.caption)
    assert reading(app)[1] == len(strokes)


def test_a_lost_compute_process_is_told_once_and_tried_again(visit_drawing, add_run, host):
    add_run("small")
    host.error = ComputeError("The compute process broke off.")
    app = visit_drawing(LEFT, MIDDLE)
    assert not app.exception
    assert len(app.error) == 1
    assert "broke off" in texts(app.error)
    host.error = None
    find(app.button, "Try again").click().run()
    assert not app.error
    assert number(app)[1] == 2


def test_two_lines_are_two_numbers(visit_drawing, add_run):
    add_run("small")
    short = [[(x, y), (x, y + 70)] for y in (60, 190) for x in (60, 120, 180)]
    app = visit_drawing(*short[:3], *short[4:], look="networks")
    assert not app.exception
    assert [len(each) for each in number(app)[0].split()] == [3, 2]
    assert "5 digits in 2 lines" in html(app)
    assert "the bars and colours are about the 1st digit of line 1." in texts(app.caption)


def test_the_stroke_through_a_zero_is_left_out_and_that_is_told(visit_drawing, add_run):
    add_run("small")
    turns = np.linspace(0, 2 * np.pi, 24)
    zero = [(140 + 45 * np.sin(turn), 160 - 70 * np.cos(turn)) for turn in turns]
    app = visit_drawing(zero, [(110, 225), (170, 95)])
    assert not app.exception
    assert reading(app)[1] == 1
    assert html(app).count(png_url(picture(zero))) == 1
    assert "A stroke through a zero is left out" in texts(app.caption)


def test_digits_written_in_one_go_are_cut_apart_and_that_is_told(visit_drawing, add_run):
    folder = add_run("small")
    app = visit_drawing([*JOINED_TWO, *JOINED_FIVE], JOINED_BAR, look="steps")
    assert not app.exception
    pictures = [picture(JOINED_TWO), picture(JOINED_FIVE, JOINED_BAR)]
    read = predict_proba(folder, np.stack(pictures)).argmax(1)
    assert number(app) == ("".join(map(str, read)), 3)
    # The chosen digit is shown once more, among the steps.
    assert [html(app).count(png_url(each)) for each in pictures] == [2, 1]
    assert "Digits joined by the pen are cut apart." in texts(app.caption)
    assert "A stroke through a zero" not in texts(app.caption)
    find(app.button, "Undo").click().run()
    find(app.button, "Undo").click().run()
    assert not app.exception
    assert app.session_state[DRAWING] == []
    assert "Digits joined by the pen" not in texts(app.caption)


def test_the_parts_of_a_stroke_keep_its_brush(visit_drawing, add_run):
    add_run("small")
    app = visit_drawing(look="steps")
    drawn = [(30, LEFT), (8, [(x + 30, y) for x, y in [*JOINED_TWO, *JOINED_FIVE]])]
    app.session_state[DRAWING] = [as_object(stroke, strokeWidth=width) for width, stroke in drawn]
    app.run()
    assert len(number(app)[0]) == 3
    with_numbers = base64.b64decode(re.findall(r"svg\+xml;base64,([^\"]+)", html(app))[0]).decode()
    assert sorted(float(width) for width in re.findall(r'<polyline[^>]*stroke-width="([\d.]+)"', with_numbers)) == [
        8,
        8,
        30,
    ]


def test_other_pages_show_the_first_digit_of_a_joined_number(visit_drawing, add_run, monkeypatch):
    add_run("small")
    visit_drawing([*JOINED_TWO, *JOINED_FIVE])
    monkeypatch.setattr(source, "drawing", lambda: [as_object([*JOINED_TWO, *JOINED_FIVE])])
    np.testing.assert_array_equal(source.last_picture(), picture(JOINED_TWO))
