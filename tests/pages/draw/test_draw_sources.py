"""Other ways than drawing to give a picture on the Draw page: test images and single pixels."""

import re

import numpy as np
import pytest

from core.data.datasets import load_split
from core.errors import DataError
from core.inference.networks import predict_proba
from core.ink.rendering import picture_from_strokes
from core.settings import data_root
from pages.components.draw.canvas.pixel_editor import _PICTURE, _START
from pages.components.draw.source import dataset_image
from tests.pages.drawing import ONE, find, html, reading, texts
from tests.pages.pictures import decode

BLANK = "00" * 784


@pytest.fixture
def folder(add_run):
    return add_run("small")


def test_a_test_image_is_read_and_its_label_said(visit_drawing, folder):
    app = visit_drawing(source="test")
    assert not app.exception
    test = load_split("digits", data_root(), "test")
    check_test_image(app, test, 0)
    assert reading(app) == (predict_proba(folder, test.images[:1]).argmax(), 0)
    find(app.number_input, "Number (0–359)").set_value(5).run()
    check_test_image(app, test, 5)
    assert reading(app) == (predict_proba(folder, test.images[5:6]).argmax(), 0)
    find(app.selectbox, "Class").select("8").run()
    number = find(app.number_input, "Number (0–359)").value
    check_test_image(app, test, number)
    assert test.labels[number] == 8


@pytest.mark.usefixtures("folder")
def test_images_that_cannot_be_read_are_said_in_their_place(visit_drawing, monkeypatch):
    def fail(*_):
        raise DataError("The images are damaged.")

    monkeypatch.setattr(dataset_image, "load_test_images", fail)
    app = visit_drawing(source="test")
    assert not app.exception
    assert texts(app.error) == "The images are damaged."
    # Another data set can be chosen.
    assert find(app.selectbox, "Images of")


def check_test_image(app, test, number):
    """Both the image with its label and what the network sees are this test image."""
    shown, seen = re.findall(r'<img src="(.*?)"', html(app))
    np.testing.assert_array_equal(decode(shown), test.images[number])
    np.testing.assert_array_equal(decode(seen), test.images[number])
    assert f"Test image {number}, labelled {test.labels[number]}" in html(app)


@pytest.mark.usefixtures("folder")
def test_missing_files_of_a_data_set_leave_the_embedded_digits(visit_drawing):
    app = visit_drawing(source="test")
    assert find(app.selectbox, "Images of").options == ["MNIST", "Digits (embedded)"]
    find(app.selectbox, "Images of").select("mnist").run()
    assert not app.exception
    assert reading(app) is None
    find(app.button, "Use the embedded digits").click().run()
    assert "Test image 0" in html(app)


def test_pixels_are_read_as_they_are(visit_drawing, folder):
    app = visit_drawing(source="pixels")
    assert reading(app) is None
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 13:15] = 200
    app.session_state[_PICTURE] = picture.tobytes().hex()
    app.run()
    assert reading(app) == (predict_proba(folder, picture[None]).argmax(), 0)
    find(app.button, "Clear").click().run()
    assert reading(app) is None
    assert app.session_state[_PICTURE] == BLANK


def test_pixels_can_start_from_the_drawing(visit_drawing, folder):
    app = visit_drawing(ONE, source="pixels")
    assert find(app.button, "The test image").disabled
    find(app.button, "The drawing").click().run()
    expected = picture_from_strokes([np.array(ONE, float)]).picture
    assert app.session_state[_PICTURE] == expected.tobytes().hex() == app.session_state[_START]["pixels"]
    assert reading(app)[0] == predict_proba(folder, expected[None]).argmax()


@pytest.mark.usefixtures("folder")
def test_pixels_can_start_from_the_test_image_last_looked_at(visit_drawing):
    app = visit_drawing(ONE, source="test")
    find(app.number_input, "Number (0–359)").set_value(7).run()
    app.query_params["source"] = "pixels"
    app.run()
    find(app.button, "The test image").click().run()
    image = load_split("digits", data_root(), "test").images[7]
    assert app.session_state[_PICTURE] == image.tobytes().hex() == app.session_state[_START]["pixels"]


@pytest.mark.usefixtures("folder")
def test_an_unknown_way_in_the_address_is_passed_over(visit_drawing):
    app = visit_drawing(source="telepathy")
    assert not app.exception
    assert "Draw a digit from 0 to 9" in html(app)
    assert not texts(app.error)
