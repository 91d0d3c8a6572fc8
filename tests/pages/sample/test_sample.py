"""A test image's own view on the Evaluate page. The network is small and real; it answers at once."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.data.datasets import load_split
from core.embedding.neighbours import compute_features
from core.execution.compute_client import ComputeClient
from core.inference.networks import predict_proba
from core.labels.verdict_file import read_verdicts
from core.labels.verdicts import Verdict
from core.runs.epoch_files import write_epoch
from core.runs.record import read_run
from core.steps import finish
from core.training.epoch_record import EpochRecord, Predicted
from pages.components.draw.canvas.pixel_editor import edited_pixels
from pages.components.evaluate.samples import choice
from pages.components.sample.nearest import _sentence
from pages.components.shell.texts import tr
from tests.pages.calls import ended_call
from tests.pages.drawing import find, texts
from tests.pages.pictures import decode, tiles


@pytest.fixture
def folder(add_run, host):
    assert not host.asked
    return add_run("small", name="Small")


@pytest.fixture
def visit(folder):
    assert folder.is_dir()

    def open_page(**parameters):
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=30).run()
        app.switch_page("pages/evaluate.py")
        for name, value in {"run": "small", **parameters}.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return open_page


@pytest.fixture
def test_set(tmp_path):
    return load_split("digits", tmp_path, "test")


def html(app, mark):
    [found] = [element.proto.body for element in app.get("html") if mark in element.proto.body]
    return found


def shown(app):
    """The picture on show and what stands below it."""
    figure = html(app, '<figure class="lab-picture"')
    return decode(re.search(r'src="(.*?)"', figure)[1]), re.search("<figcaption>(.*?)</figcaption>", figure)[1]


def test_the_image_in_the_address_is_shown_with_its_label_and_what_the_network_says(visit, test_set, folder):
    app = visit(image="17")
    pixels, caption = shown(app)
    np.testing.assert_array_equal(pixels, test_set.images[17])
    assert caption.split(", ") == ["Test image 17 of Digits (embedded)", f"labelled {test_set.labels[17]}"]
    best = predict_proba(folder, test_set.images[17:18]).argmax()
    said = html(app, "lab-prediction")
    assert f'data-digit="{best}"' in said
    assert f"{'✓' if best == test_set.labels[17] else '✗'} labelled {test_set.labels[17]}</em>" in said
    # In place of the views.
    assert not app.get("plotly_chart")


def test_whether_a_test_image_is_a_digit_is_no_question(visit, test_set, folder, monkeypatch):
    monkeypatch.setattr("core.uncertainty.prediction.digit_shares", lambda images: np.zeros(len(images)))
    best = predict_proba(folder, test_set.images[17:18]).argmax()
    assert f"<b>{best}</b>" in html(visit(image="17"), "lab-prediction")
    # The panel does not ask either.
    sure = html(visit(image="17", look="sure"), "lab-sure")
    assert "Looks like a digit" not in sure
    assert "does not look like a digit" not in sure


@pytest.mark.parametrize("image", ["360", "-1", "x"])
def test_an_image_that_does_not_exist_is_said_and_the_views_are_shown(visit, image):
    app = visit(image=image)
    said = f"The address asks for image {image!r}; there are the images 0 to 359."
    assert [warning.value for warning in app.warning] == [said]
    assert app.get("plotly_chart")


def test_back_leads_to_the_view_that_was_left(visit):
    app = visit(image="17", view="classes")
    find(app.button, "Back").click().run()
    assert "image" not in app.query_params
    assert app.query_params["view"] == "classes"
    assert app.dataframe


def test_one_goes_through_the_images_of_the_gallery_in_its_order(visit):
    app = visit()
    labels = [tile.label for tile in tiles(html(app, "lab-gallery"))]
    order = [int(re.search(r"\d+", label)[0]) for label in labels]
    assert len(order) > 2
    click(app, order[0])
    assert find(app.button, "Previous").disabled
    for number in order[1:3]:
        find(app.button, "Next").click().run()
        assert app.query_params["image"] == str(number)
        assert f"Test image {number} of" in shown(app)[1]
    find(app.button, "Previous").click().run()
    assert app.query_params["image"] == str(order[1])


def click(app, index):
    """What the browser tells of a click on an image."""
    app.query_params[choice.IMAGE] = str(index)
    app.run()


def test_an_image_that_is_in_no_gallery_has_none_beside_it(visit):
    app = visit(image="17")
    assert find(app.button, "Previous").disabled
    assert find(app.button, "Next").disabled


def test_its_pixels_can_be_edited(visit, test_set):
    app = visit(image="17")
    find(app.button, "Edit its pixels").click().run()
    assert not app.exception
    np.testing.assert_array_equal(pixels_of(app), test_set.images[17])
    assert app.query_params["source"] == "pixels"


def pixels_of(app):
    """The picture in the pixel editor."""
    return np.frombuffer(bytes.fromhex(app.session_state["pixels"]), np.uint8).reshape(edited_pixels().shape)


def test_the_panels_of_the_draw_page_look_at_the_image(visit):
    options = [option for group in visit(image="17", look="why").button_group for option in group.options]
    assert any("Occlusion" in option for option in options)
    assert "Reliability" in [expander.label for expander in visit(image="17", look="sure").expander]
    assert "Small" in html(visit(image="17", look="networks"), "lab-networks")


def test_the_nearest_training_images_are_searched_once_on_request(visit, folder, monkeypatch):
    def start_long_call(_, function, *args, **_options):
        assert function is compute_features
        return ended_call(finish(function(*args)))

    monkeypatch.setattr(ComputeClient, "start_long_call", start_long_call)
    app = visit(image="17", look="nearest")
    assert "has to look at all its training images first" in texts(app.caption)
    find(app.button, "Search the training images").click().run()
    check_nearest(app)
    check_nearest(visit(image="17", look="nearest"))
    assert (read_run(folder).path / "derived").is_dir()


def check_nearest(app):
    assert not app.exception
    train = load_split("digits", settings.data_root(), "train")
    found = tiles(html(app, "lab-sprites"))
    assert len(found) == 12
    for tile in found:
        index, label = map(int, re.match(r"Training image (\d+), labelled (\d), at distance", tile.label).groups())
        assert (label, tile.caption) == (train.labels[index], str(label))
        np.testing.assert_array_equal(tile.pixels, train.images[index])
    assert "12 nearest training images" in texts(app.markdown)
    assert not [button for button in app.button if button.label == "Search the training images"]


def test_the_labels_of_the_nearest_images_are_counted_unless_they_are_all_the_same():
    alike, divided = _sentence(["7", "7", "7"]), _sentence(["7", "1", "7"])
    assert tr(alike) == "All of the 3 nearest training images are labelled **7**."
    assert tr(divided) == "Labels of the 3 nearest training images: **2 × 7, 1 × 1**."


def test_what_people_see_in_an_image_with_a_doubtful_label_is_told_on_request(visit, monkeypatch):
    from core.data.known_labels import KnownLabel
    from pages.components.evaluate.labels import known

    assert "What people see in it" not in [expander.label for expander in visit(image="17").expander]
    monkeypatch.setattr(known, "known_label", lambda _, index: KnownLabel(9, 0) if index == 17 else None)
    app = visit(image="17")
    [told] = [expander for expander in app.expander if expander.label == "What people see in it"]
    assert told.markdown[0].value == "The label says **9**; **most people see 0**."
    assert "arXiv:2103.14749" in told.caption[0].value


def test_what_the_run_said_after_each_epoch_is_told(visit, folder, test_set):
    answers = np.stack([np.full(360, 3), np.where(np.arange(360) == 17, 5, test_set.labels), test_set.labels])
    shares = np.array([0.25, 0.5, 0.9995])
    for epoch, (classes, share) in enumerate(zip(answers, shares, strict=True), start=1):
        predicted = Predicted(classes.astype(np.uint8), np.full(360, share, np.float16))
        write_epoch(folder, EpochRecord(epoch, np.ones(5, np.float16), np.ones(5, bool), None, predicted))
    app = visit(image="17", look="history")
    rows = re.findall(
        r"<tr class=\"(\w+)\">.*?Epoch (\d)</th><td>. (\d)</td>.*?<td>([^<]*)</td></tr>", html(app, "lab-epochs")
    )
    # The bars of right predictions stand out.
    assert re.findall(r'<div class="(lab-bar.*?)">', html(app, "lab-epochs")) == [
        "lab-bar",
        "lab-bar",
        "lab-bar strong",
    ]
    true = str(test_set.labels[17])
    assert true not in ("3", "5")
    assert rows == [("wrong", "1", "3", "25.0%"), ("wrong", "2", "5", "50.0%"), ("right", "3", true, "&gt;99.9%")]


def test_without_a_record_of_the_epochs_the_panel_says_why(visit, folder):
    shutil.rmtree(folder / "epochs")
    assert "has no record of how it learned" in texts(visit(image="17", look="history").caption)
    write_epoch(folder, EpochRecord(1, np.ones(5, np.float16), np.ones(5, bool), None, None))
    assert "did not watch the test set" in texts(visit(image="17", look="history").caption)


def test_the_label_is_judged_for_the_label_detective(visit, test_set, runs_folder):
    app = visit(image="17", look="label")
    assert f"The label says {test_set.labels[17]}. Is it right?" in texts(app.markdown)
    find(app.button, "No").click().run()
    assert not app.exception
    assert "Your verdict: wrong." in texts(app.caption)
    verdict = Verdict(17, int(test_set.labels[17]), "wrong")
    assert [replace(entry, judged="") for entry in read_verdicts(runs_folder, "digits", "test")] == [verdict]
    find(app.button, "Cannot tell").click().run()
    assert "Your verdict: cannot tell." in texts(app.caption)
    find(app.button, "Undo").click().run()
    assert "counts your verdicts" in texts(app.caption)
    assert not len(read_verdicts(runs_folder, "digits", "test"))
