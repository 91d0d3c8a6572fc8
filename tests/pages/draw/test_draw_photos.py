"""Pictures from a file on the Draw page."""

import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.ink.bitmap import picture_from_ink
from core.ink.rendering import PreprocessSteps
from core.photo.find_clothes import find_clothes
from core.photo.find_ink import find_ink
from core.photo.open_photo import open_photo
from pages.components.draw.source.photo_view import photo_url
from pages.components.pictures.data_url import png_url
from tests.pages.drawing import find, html, reading, texts
from tests.pages.photographs import as_file, photo_of_one

PHOTO = np.asarray(photo_of_one())


@pytest.fixture
def upload(visit_drawing):
    """Opens the Draw page and gives it a file."""

    def give(name, content, **parameters):
        app = visit_drawing(source="upload", **parameters)
        (field,) = app.file_uploader
        return field.set_value((name, content, "image/png")).run()

    return give


def test_a_photograph_is_read_and_its_stages_shown(upload, add_run):
    add_run("small")
    app = upload("one.png", as_file(photo_of_one()), look="steps")
    assert not app.exception
    assert not app.error
    assert reading(app)[0] in range(10)
    photo = np.asarray(photo_of_one().convert("RGB"))
    found = find_ink(PHOTO)
    made, thin = picture_from_ink(found.mask), picture_from_ink(found.mask, PreprocessSteps(thicken=False))
    assert not np.array_equal(made.scaled, thin.scaled)
    shown = re.findall(r'<img src="(.*?)" alt="".*?<figcaption>(.*?)</figcaption>', html(app))
    origin = photo_url(photo, made.box)
    assert shown == [
        (origin, "one.png"),
        (png_url(made.picture), "What the network sees: 28×28 pixels"),
        (origin, "1. What was given, and the box around the ink"),
        (photo_url(found.even), "2. In even light, as far as it may be ink"),
        (png_url(thin.scaled), "3. Scaled to 20×20 pixels"),
        (png_url(made.scaled), "4. Lines made about as thick as MNIST’s"),
        (png_url(made.picture), "5. The ink balances in the middle of 28×28 pixels: what the network sees"),
    ]


def test_without_cutting_out_there_is_no_box(upload, add_run):
    add_run("small")
    app = upload("one.png", as_file(photo_of_one()), look="steps")
    next(toggle for toggle in app.toggle if toggle.key == "step_cut_out").set_value(False).run()
    assert html(app).count(photo_url(np.asarray(photo_of_one().convert("RGB")))) == 2


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("text.png", b"hello, this is text", "text.png is no picture"),
        ("cut.png", as_file(photo_of_one())[:500], "cut.png is damaged"),
        ("wrong.png", as_file(photo_of_one(), "JPEG"), "its ending is “.png”"),
        ("empty.png", b"", "empty.png is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_the_page_goes_on(upload, add_run, name, content, words):
    add_run("small")
    app = upload(name, content)
    assert not app.exception
    assert words in texts(app.error)
    assert reading(app) is None
    assert "Give it a picture" in html(app)
    # It is not found again after a visit to another page.
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/draw.py").run()
    assert not app.error


def test_a_picture_without_ink_stays_so_that_a_part_of_it_can_be_chosen(upload, add_run):
    add_run("small")
    app = upload("plain.png", as_file(Image.new("L", (300, 300), 128)))
    assert not app.exception
    assert "nothing in it stands out" in texts(app.error)
    assert reading(app) is None
    assert "plain.png" in html(app)
    find(app.expander, "Read a part only")


def test_a_picture_survives_a_change_of_page_and_can_be_removed(upload, add_run):
    add_run("small")
    app = upload("one.png", as_file(photo_of_one()))
    before = reading(app)
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/draw.py").run()
    assert reading(app) == before is not None
    next(button for button in app.button if button.label == "Remove").click().run()
    assert reading(app) is None


def test_a_picture_taken_out_of_its_field_is_gone(upload, add_run):
    add_run("small")
    app = upload("one.png", as_file(photo_of_one()))
    assert reading(app) is not None
    app.file_uploader[0].set_value(None).run()
    assert not app.exception
    assert reading(app) is None
    assert "one.png" not in html(app)


def test_another_picture_takes_the_place_of_the_first(upload, add_run):
    add_run("small")
    app = upload("one.png", as_file(photo_of_one()))
    app.file_uploader[0].set_value(("two.jpg", as_file(photo_of_one(), "JPEG"), "image/jpeg")).run()
    assert "two.jpg" in html(app)
    assert "one.png" not in html(app)
    app.file_uploader[0].set_value(("three.png", b"no picture", "image/png")).run()
    assert "three.png is no picture" in texts(app.error)
    assert reading(app) is None
    assert "two.jpg" not in html(app)


@pytest.mark.parametrize("switch", ["cut_out", "thicken", "centre"])
def test_steps_of_a_photograph_can_be_left_out(upload, add_run, switch):
    add_run("small")
    app = upload("one.png", as_file(photo_of_one()), look="steps")
    before = html(app)
    next(toggle for toggle in app.toggle if toggle.key == f"step_{switch}").set_value(False).run()
    assert not app.exception
    assert reading(app)[0] in range(10)
    assert html(app) != before


def test_clothes_are_made_light_on_black(upload, add_run):
    add_run("clothes", dataset="fashion-mnist")
    image = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(image).rectangle((80, 60, 220, 260), fill="navy")
    app = upload("shirt.png", as_file(image), run="clothes", look="steps")
    assert not app.exception
    assert not app.error
    photo = open_photo(as_file(image), "shirt.png")
    found = find_clothes(np.asarray(Image.fromarray(photo).convert("L")))
    origin = photo_url(photo, found.box)
    assert re.findall(r'<img src="(.*?)" alt="".*?<figcaption>(.*?)</figcaption>', html(app)) == [
        (origin, "shirt.png"),
        (png_url(found.picture), "What the network sees: 28×28 pixels"),
        (origin, "1. What was given, and the box around it"),
        (photo_url(found.even), "2. Grey, light on black, in even light"),
        (png_url(found.picture), "3. The box shrunk to 28×28 pixels: what the network sees"),
    ]
    # There are no steps to switch, and so none to switch on again.
    app.session_state["step_centre"] = False
    app.run()
    assert "switched off" not in texts(app.caption)
