"""Pictures of several digits on the Draw page, and the choice of a part of a picture."""

import base64
import re

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from core.errors import ComputeError
from core.photo.find_clothes import find_clothes
from core.photo.open_photo import open_photo
from core.uncertainty.detector import digit_shares
from core.uncertainty.prediction import predict_pictures
from pages.components.draw.source import photo_part
from pages.components.draw.source.photo_part import chosen_part
from pages.components.draw.source.photo_view import photo_url
from tests.pages.drawing import find, html, reading, texts
from tests.pages.photographs import LINES, ONE, as_file, page_of

CHOICE = "Digit to look closer at"


@pytest.fixture
def upload(visit_drawing):
    """Opens the Draw page and gives it a picture of these digits."""

    def give(digits, **parameters):
        app = visit_drawing(source="upload", **parameters)
        return app.file_uploader[0].set_value(("page.png", page_of(digits), "image/png")).run()

    return give


def number(app):
    found = re.search(r'data-number="([^"]+)"', html(app))
    return found and found[1]


def photograph(app):
    """What is drawn over the photograph, as SVG."""
    data = re.search(r'lab-photo"><img src="data:image/svg\+xml;base64,([^"]+)"', html(app))[1]
    return base64.b64decode(data).decode()


def set_part(app, across, down):
    app.session_state["upload_across"], app.session_state["upload_down"] = across, down
    return app.run()


def test_digits_in_lines_are_read_line_by_line_with_a_box_at_each(upload, add_run):
    add_run("small")
    app = upload(LINES)
    assert not app.exception
    assert not app.error
    first, second = number(app).split()
    assert (len(first), len(second)) == (3, 2)
    assert "5 digits in 2 lines" in html(app)
    over = photograph(app)
    read = re.findall(r"<text[^>]*>(.)</text>", over)
    # The chosen one, which is the first, is drawn last.
    assert [read[-1], *read[:-1]] == list(first + second)
    boxes = [tuple(map(float, box)) for box in re.findall(r'<rect x="([\d.]+)" y="([\d.]+)"[^>]*fill="#111827"', over)]
    assert len(boxes) == 5
    assert reading(app) is None


def test_the_chosen_digit_is_explained(upload, add_run):
    add_run("small")
    app = upload(LINES, look="steps")
    given, thin = step(app, "1. What was given"), step(app, "3. Scaled to")
    # The first is a seven, this one a one.
    find(app.segmented_control, CHOICE).set_value(3).run()
    assert not app.exception
    assert re.findall(r"<li(.*?) data-place=", html(app))[3] == ' class="chosen"'
    assert step(app, "1. What was given") != given
    assert step(app, "3. Scaled to") != thin
    *others, chosen = re.findall(r'<rect [^>]*stroke-width="([\d.]+)"/><rect x="[\d.]+" y="([\d.]+)"', photograph(app))
    assert {width for width, _ in others} == {"1.2"}
    assert chosen[0] == "2.5"
    # It stands in the second line.
    assert float(chosen[1]) > float(others[0][1]) + 100


def step(app, title):
    """The picture of the step with this title."""
    return re.findall(r'<img src="(.*?)"', html(app).partition(title)[0])[-1]


def test_many_digits_show_the_chosen_one_s_card_and_all_on_request(upload, add_run):
    add_run("small")
    points = np.array(ONE) * 0.4
    app = upload([(points, 30 + 45 * column, 60 + 80 * row) for row in range(3) for column in range(4)])
    assert [len(each) for each in number(app).split()] == [4, 4, 4]
    (every,) = [each for each in app.expander if each.label == "Each digit’s probabilities"]
    cards = [element.proto.body for element in every.get("html")]
    assert cards[0].count("<li") == 12
    assert html(app).count("<li") == 13
    assert find(app.segmented_control, CHOICE).options[5] == "2.2"


def test_the_network_is_asked_for_all_digits_at_once(upload, add_run, host):
    add_run("small")
    upload(LINES)
    assert host.functions.count(digit_shares) <= 3
    # Once for the warm-up, once for the photograph and once for the prediction.
    assert host.functions.count(predict_pictures) <= 3


def test_only_the_chosen_part_is_read(upload, add_run):
    add_run("small")
    app = upload(LINES)
    whole = number(app).split()
    set_part(app, (0, 100), (45, 100))
    assert not app.exception
    assert number(app) == whole[1]
    assert "fill-rule" in photograph(app)
    set_part(app, (0, 32), (0, 50))
    assert number(app) is None
    assert reading(app)[0] == int(whole[0][0])
    set_part(app, (0, 100), (0, 100))
    assert number(app) == " ".join(whole)


def test_a_part_that_is_too_small_is_told_and_another_picture_is_read_whole(upload, add_run):
    add_run("small")
    app = upload(LINES)
    set_part(app, (20, 20), (0, 100))
    assert "The chosen part has 0×400 pixels; each side needs at least 8." in texts(app.error)
    assert number(app) is None
    app.file_uploader[0].set_value(("other.png", page_of(LINES[:3]), "image/png")).run()
    assert not app.error
    assert len(number(app)) == 3


@pytest.mark.parametrize(
    ("size", "frame"), [((100, 400), [0, 0.375, 1, 0.25]), ((400, 100), [0.375, 0, 0.25, 1]), ((9, 9), [0, 0, 1, 1])]
)
def test_the_browser_is_told_where_the_photograph_and_its_digits_are(monkeypatch, size, frame):
    def page(size):
        from numpy import zeros

        from pages.components.draw.source.photo_part import point_at_photo

        point_at_photo("upload", zeros((*size, 3), "uint8"), [(0, 0, size[1] / 2, size[0])])

    told = []
    monkeypatch.setattr(photo_part, "_COMPONENT", lambda **given: told.append(given["data"]))
    app = AppTest.from_function(page, args=(size,)).run()
    assert not app.exception
    # The photograph stands in the middle of a square, whose side is 1; a digit's box is a share of the photograph.
    assert told == [{"boxes": [[0, 0, 0.5, 1]], "frame": frame}]


def test_a_rectangle_drawn_on_the_photograph_sets_the_sliders(monkeypatch):
    state = {"upload_photo": {"part": {"number": 1, "box": [0.1, 0.204, 0.5, 0.9]}}}
    monkeypatch.setattr(photo_part.st, "session_state", state)
    photo_part._take("upload")
    assert (state["upload_across"], state["upload_down"]) == ((10, 50), (20, 90))
    assert chosen_part("upload", np.zeros((200, 400, 3), np.uint8)) == (40, 40, 200, 180)
    photo_part.choose_whole("upload")
    assert chosen_part("upload", np.zeros((200, 400, 3), np.uint8)) is None


def test_a_part_of_a_garment_is_one_garment(visit_drawing, add_run):
    add_run("clothes", dataset="fashion-mnist")
    image = Image.new("RGB", (400, 400), "white")
    for left in (40, 240):
        ImageDraw.Draw(image).rectangle((left, 80, left + 100, 300), fill="navy")
    app = visit_drawing(source="upload", run="clothes")
    app.file_uploader[0].set_value(("two.png", as_file(image), "image/png")).run()
    whole = html(app)
    assert number(app) is None
    assert reading(app)
    set_part(app, (50, 100), (0, 100))
    assert not app.exception
    assert number(app) is None
    assert reading(app)
    photo = open_photo(as_file(image), "two.png")
    left, top, right, bottom = find_clothes(np.asarray(image.convert("L"))[:, 200:]).box
    origin = photo_url(photo, (left + 200, top, right + 200, bottom), (200, 0, 400, 400))
    assert origin in html(app)
    assert origin not in whole


def test_while_the_network_does_not_answer_the_boxes_are_shown_without_words(upload, add_run, host):
    add_run("small")
    host.error = ComputeError("The compute process broke off.")
    app = upload(LINES)
    assert not app.exception
    assert len(app.error) == 1
    over = photograph(app)
    assert over.count("<rect") == 5
    assert "<text" not in over
