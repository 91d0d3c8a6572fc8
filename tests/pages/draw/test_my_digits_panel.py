"""The reader's own digits on the Draw page, as a visitor without a browser."""

import json
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.inference.networks import predict_proba
from core.ink.rendering import picture_from_strokes
from core.teaching.collection import write_digits
from pages.components.draw.canvas.canvas import DRAWING
from tests.pages.drawing import DASH, ONE, as_object, find, reading, texts
from tests.pages.mine import kept, made, upload
from tests.pages.pictures import decode

KEEP, CORRECT = "Keep this digit. It is a", "The chosen one is a"
PICTURE = picture_from_strokes([np.array(ONE, float)]).picture


@pytest.fixture
def visit(visit_drawing, add_run):
    """Opens the panel of one's own digits beside the network "small"."""
    add_run("small", name="Small")

    def open_page(*strokes, **parameters):
        return visit_drawing(*strokes, **{"run": "small", "look": "mine"} | parameters)

    return open_page


def summary(app):
    return next(str(element.value) for element in app.markdown if "digit" in str(element.value))


def test_a_click_keeps_the_drawing_and_clears_the_canvas(visit):
    app = visit(ONE)
    find(app.segmented_control, KEEP).set_value(4).run()
    assert not app.exception
    (digit,) = app.session_state["my_digits"]
    assert digit.label == 4
    np.testing.assert_array_equal(digit.picture, PICTURE)
    assert digit.strokes[0].tolist() == [list(point) for point in ONE]
    assert abs(datetime.now(UTC) - datetime.fromisoformat(digit.created)) < timedelta(minutes=5)
    assert "Kept as a 4" in texts(app.toast)
    assert app.session_state[DRAWING] == []
    assert reading(app) is None
    # Nothing stays chosen, so that the next digit can be kept by the same click.
    assert find(app.segmented_control, KEEP).value is None
    assert summary(app).startswith("**1 digit**; Small reads")


def test_a_click_keeps_the_drawing_and_clears_the_canvas_whatever_is_looked_at(visit):
    app = visit(ONE, look="steps")
    find(app.segmented_control, KEEP).set_value(4).run()
    assert kept(app) == [4]
    assert app.session_state[DRAWING] == []


def test_a_click_right_after_a_stroke_keeps_that_stroke_too(visit):
    app = visit(ONE)
    # As when a slow server hears of both at once.
    app.session_state[DRAWING] = [as_object(ONE), as_object(DASH)]
    find(app.segmented_control, KEEP).set_value(4).run()
    (digit,) = app.session_state["my_digits"]
    assert [stroke.tolist() for stroke in digit.strokes] == [[list(point) for point in each] for each in (ONE, DASH)]


def test_the_canvas_stays_on_request_and_a_second_click_corrects_the_first(visit):
    app = visit(ONE)
    find(app.toggle, "Clear the canvas after keeping").set_value(False).run()
    find(app.segmented_control, KEEP).set_value(4).run()
    assert reading(app)[1] == 1
    find(app.segmented_control, KEEP).set_value(9).run()
    assert kept(app) == [9]
    assert "This one is now a 9" in texts(app.toast)


def test_without_a_drawing_there_is_nothing_to_keep(visit):
    app = visit()
    assert find(app.segmented_control, KEEP).disabled
    assert "No digits yet" in summary(app)
    assert all(button.key != "my_digits_teach" for button in app.button)


def test_a_test_image_is_not_kept(visit):
    app = visit(source="test")
    row = next(row for row in app.segmented_control if row.key == "my_digits_label")
    assert row.disabled
    assert row.label == "Test images are for measuring; they are not kept."


def test_digits_survive_a_change_of_page_and_of_panel(visit):
    app = visit(ONE, look="steps")
    find(app.segmented_control, KEEP).set_value(4).run()
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/draw.py").run()
    assert kept(app) == [4]


def tiles(app):
    """The gallery's tiles: the picture, its label, the reading and the reading's colour."""
    found = []
    for option in find(app.pills, "Choose one to correct it").options:
        name, address, label, colour, reading = re.fullmatch(
            r"!\[A (\d)\]\((.*?)\) (\d) → :(\w+)\[(\d)\]", option
        ).groups()
        assert name == label
        found.append((decode(address), int(label), int(reading), colour))
    return found


def test_each_tile_has_its_own_picture_label_and_reading_the_newest_first(visit, runs_folder):
    digits = made(12)
    app = upload(visit(), digits)
    readings = predict_proba(runs_folder / "small", np.stack([digit.picture for digit in digits])).argmax(1)
    assert len({*readings}) > 1
    for tile, digit, number in zip(tiles(app), digits[::-1], readings[::-1], strict=True):
        np.testing.assert_array_equal(tile[0], digit.picture)
        assert tile[1:] == (digit.label, number, "green" if digit.label == number else "red")


def test_readings_are_asked_at_once_and_told_right_from_wrong(visit, host):
    app = upload(visit(), made(12))
    calls = len(host.asked)
    app.run()
    # What was asked once is known.
    assert len(host.asked) == calls
    right = sum(label == reading for _, label, reading, _ in tiles(app))
    assert summary(app) == f"**12 digits**; Small reads **{right}** correctly"


def test_a_digit_can_be_corrected_and_removed(visit):
    app = upload(visit(), made(3))
    gallery = find(app.pills, "Choose one to correct it")
    gallery.set_value(1).run()
    assert find(app.segmented_control, CORRECT).value == 1
    find(app.segmented_control, CORRECT).set_value(7).run()
    assert kept(app) == [0, 7, 2]
    app.button(key="my_digits_remove").click().run()
    assert kept(app) == [0, 2]
    assert not app.exception
    app.button(key="my_digits_remove_all").click().run()
    assert kept(app) == []
    assert not app.exception


def test_a_digit_that_is_gone_or_elsewhere_is_not_mistaken_for_another(visit):
    digits = made(3)
    app = upload(visit(), digits)
    find(app.pills, "Choose one to correct it").set_value(1).run()
    app.session_state["my_digits"] = (digits[0], digits[2])
    app.button(key="my_digits_remove").click().run()
    assert kept(app) == [0, 2]
    find(app.pills, "Choose one to correct it").set_value(1).run()
    app.session_state["my_digits"] = (digits[2],)
    find(app.segmented_control, CORRECT).set_value(7).run()
    assert kept(app) == [7]
    assert not app.exception


def test_a_large_gallery_has_pages(visit):
    digits = made(61)
    app = upload(visit(), digits)
    shown = [picture for picture, *_ in tiles(app)]
    np.testing.assert_array_equal(shown, [digit.picture for digit in digits[:0:-1]])
    app.pagination[0].set_value(2).run()
    [(picture, *_)] = tiles(app)
    np.testing.assert_array_equal(picture, digits[0].picture)
    find(app.pills, "Choose one to correct it").set_value(0).run()
    app.button(key="my_digits_remove").click().run()
    assert not app.exception
    assert len(find(app.pills, "Choose one to correct it").options) == 60


def test_a_file_is_taken_once_and_known_digits_are_left_out(visit):
    app = upload(visit(), made(3))
    assert "3 digits added." in texts(app.toast)
    upload(app, made(5))
    assert "2 digits added, 3 left out as known." in texts(app.toast)
    assert len(kept(app)) == 5


def test_a_file_is_added_to_what_is_kept_already(visit):
    app = visit(ONE)
    find(app.segmented_control, KEEP).set_value(4).run()
    upload(app, made(3))
    assert kept(app) == [4, 0, 1, 2]
    assert summary(app).startswith("**4 digits**; Small reads")
    assert "Their labels: 0 (1), 1 (1), 2 (1), 4 (1)" in texts(app.caption)


def test_a_malformed_file_is_refused_and_the_digits_stay(visit):
    app = upload(visit(), made(2))
    values = json.loads(write_digits(made(3)))
    values["digits"][2]["label"] = 11
    upload(app, json.dumps(values).encode(), "bad.json")
    assert not app.exception
    assert "bad.json was not read: digit 3: label is 11; it must be 0 to 9." in texts(app.error)
    assert kept(app) == [0, 1]
    upload(app, made(3))
    assert not app.error
    assert kept(app) == [0, 1, 2]


def test_a_network_that_cannot_be_asked_leaves_the_gallery(visit, runs_folder):
    app = upload(visit(), made(2))
    (runs_folder / "small" / "weights.safetensors").write_bytes(b"nothing of use")
    app.run()
    assert not app.exception
    assert "weights.safetensors" in texts(app.warning)
    assert len(find(app.pills, "Choose one to correct it").options) == 2


def test_digits_survive_a_refresh(visit, tab):
    upload(visit(), made(3))
    app = visit()
    assert "my_digits" not in app.session_state
    tab.answer(app)
    assert kept(app) == [0, 1, 2]
