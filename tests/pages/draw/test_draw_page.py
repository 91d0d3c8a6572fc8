"""The Draw page, as a visitor without a browser. Drawings are put into the session as the canvas sends them."""

import re

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import settings
from core.errors import ComputeError
from core.ink.fabric_json import USUAL_BRUSH
from core.ink.rendering import MAX_STROKES, picture_from_strokes
from core.runs.record import RUNNING, RunState, write_state
from core.uncertainty.prediction import predict_pictures
from pages.components.draw.canvas.canvas import DRAWING
from pages.components.draw.prediction import view
from pages.components.draw.prediction.view import prediction_html
from tests.made import wait_until
from tests.pages.drawing import DASH, ONE, as_object, find, html, reading, texts
from tests.pages.made_runs import set_accuracy

EMPTY = "Draw a digit from 0 to 9"


@pytest.fixture
def visit(visit_drawing):
    return visit_drawing


def test_an_empty_canvas_says_what_to_do(visit, add_run):
    add_run("small")
    app = visit()
    assert not app.exception
    assert not app.error
    assert EMPTY in html(app)
    assert reading(app) is None
    assert find(app.button, "Undo").disabled
    assert find(app.button, "Clear").disabled
    assert find(app.slider, "Brush width").value == USUAL_BRUSH


def test_a_drawing_is_read_by_the_network_from_its_picture(visit, add_run):
    folder = add_run("small")
    app = visit(ONE, DASH)
    assert not app.exception
    picture = picture_from_strokes([np.array(ONE, float), np.array(DASH, float)]).picture
    (read,) = predict_pictures(folder, picture[None])
    assert reading(app) == (read.best, 2)
    assert prediction_html(read, picture, 2).strip() in html(app)


def test_undo_and_clear_take_strokes_back(visit, add_run):
    add_run("small")
    app = visit(ONE, DASH)
    showing_errors = app.session_state["canvas_start"]
    find(app.button, "Undo").click().run()
    assert reading(app)[1] == 1
    assert app.session_state[DRAWING] == [as_object(ONE)]
    # Without a new number the component would go on showing both.
    start = app.session_state["canvas_start"]
    assert (start["objects"], start["rev"]) == ([as_object(ONE)], showing_errors["rev"] + 1)
    find(app.button, "Clear").click().run()
    assert reading(app) is None
    assert EMPTY in html(app)


def test_a_drawing_survives_a_change_of_page(visit, add_run):
    add_run("small")
    app = visit(ONE)
    app.switch_page("pages/home.py").run()
    assert reading(app) is None
    app.switch_page("pages/draw.py").run()
    assert reading(app)[1] == 1


def test_the_stages_come_on_request(visit, add_run):
    add_run("small")
    app = visit(ONE)
    assert html(app).count("<figure") == 1
    app.query_params["look"] = "steps"
    app.run()
    assert html(app).count("<figure") == 5


def test_a_panel_that_needs_a_picture_says_so_only_once_it_is_chosen(visit, add_run):
    add_run("small")
    app = visit()
    waiting = "Nothing to look at yet: give it a picture first."
    assert waiting not in texts(app.caption)
    app.query_params["look"] = "steps"
    assert waiting in texts(app.run().caption)
    app.query_params["look"] = "networks"
    assert waiting not in texts(app.run().caption)


def test_the_network_is_loaded_when_the_page_is_opened(visit, add_run, host):
    folder = add_run("small")
    visit()
    wait_until(lambda: predict_pictures in host.functions)
    assert host.asked == [folder]


def test_what_was_not_chosen_leaves_the_address_alone(visit, add_run):
    add_run("small")
    app = visit(ONE)
    assert reading(app)[1] == 1
    # Else the browser's Back button would lead from it to the same page.
    assert "run" not in app.query_params


def test_the_choice_is_in_the_address_and_survives_a_change_of_page(visit, add_run):
    add_run("small")
    add_run("other")
    app = visit(ONE, run="small")
    assert app.query_params["run"] == "small"
    find(app.selectbox, "Network").select("other").run()
    assert app.query_params["run"] == "other"
    assert reading(app)[1] == 1
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/draw.py").run()
    assert find(app.selectbox, "Network").value == "other"


def test_an_unknown_run_is_named_and_another_taken(visit, add_run):
    add_run("small", name="Small one")
    app = visit(ONE, run="nonsense")
    assert not app.exception
    assert "nonsense" in texts(app.warning)
    assert "Small one" in texts(app.warning)
    assert reading(app) is not None


@pytest.mark.parametrize("run_id", ["../small", "", "a" * 500, "x?y&z"])
def test_a_strange_run_in_the_address_does_no_harm(visit, add_run, run_id):
    add_run("small")
    app = visit(ONE, run=run_id)
    assert not app.exception
    assert reading(app) is not None


def test_networks_for_clothes_read_what_is_not_drawn_by_hand(visit, add_run):
    add_run("small")
    add_run("clothes", dataset="fashion-mnist", name="Clothes")
    app = visit(ONE)
    assert find(app.selectbox, "Network").value == "small"
    assert len(find(app.selectbox, "Network").options) == 2
    app = visit(ONE, run="clothes", source="pixels")
    assert not app.exception
    (ways,) = [group for group in app.button_group if group.label == "Give it a picture"]
    assert not any("Draw" in way for way in ways.options)
    assert reading(app) is None
    assert '<th scope="row">Ankle boot</th>' in html(app)
    assert "Paint pixels" in html(app)


def test_a_network_for_clothes_opens_on_a_test_image_and_leads_to_one_for_digits(visit, add_run):
    add_run("small", name="Small")
    add_run("clothes", dataset="fashion-mnist", name="Clothes")
    app = visit(run="clothes")
    (ways,) = [group for group in app.button_group if group.label == "Give it a picture"]
    assert ways.value == "test"
    find(app.button, "Draw digits for “Small”").click().run()
    assert find(app.selectbox, "Network").value == "small"
    (ways,) = [group for group in app.button_group if group.label == "Give it a picture"]
    assert ways.value == "canvas"
    assert not any("Draw digits" in button.label for button in app.button)


def test_while_the_first_answer_is_awaited_the_picture_is_there_already(visit, add_run, host, monkeypatch):
    folder = add_run("small")
    shown = []
    monkeypatch.setattr(view, "waiting_html", lambda *arguments, **_: shown.append(arguments) or "waiting")
    monkeypatch.setattr(host, "start", lambda _: None)
    app = visit(ONE)
    picture = picture_from_strokes([np.array(ONE, float)]).picture
    [(words, seen, names)] = shown
    assert words == "Getting ready… The first answer takes a few seconds."
    np.testing.assert_array_equal(seen, picture)
    assert names == tuple("0123456789")
    # The answer has taken its place.
    assert reading(app) == (predict_pictures(folder, picture[None])[0].best, 1)
    assert "waiting" not in re.sub(r"<style>.*?</style>", "", html(app), flags=re.DOTALL)


def test_the_best_bundled_network_on_mnist_is_the_first_choice(visit, add_run, tmp_path):
    add_run("newest")
    for name, accuracy in (("weak", 0.9), ("strong", 0.98), ("middling", 0.95), ("of-digits", 0.99)):
        folder = add_run(name, dataset="digits" if name == "of-digits" else "mnist")
        set_accuracy(folder, accuracy)
        (tmp_path / "bundled").mkdir(exist_ok=True)
        folder.rename(tmp_path / "bundled" / name)
    app = visit(ONE)
    assert find(app.selectbox, "Network").value == "strong"
    assert texts(app.caption).startswith("Reads 98.00% of MNIST’s 1,000 test images right.")


def test_without_bundled_networks_the_newest_finished_one_is_the_first_choice(visit, add_run):
    add_run("a-oldest")
    add_run("b-older")
    write_state(add_run("c-newest"), RunState(RUNNING))
    assert find(visit().selectbox, "Network").value == "b-older"


def test_a_network_not_measured_yet_can_be_drawn_for(visit, add_run):
    (add_run("small") / "card.json").unlink()
    app = visit(ONE)
    assert "not measured yet" in texts(app.caption)
    assert reading(app) is not None


def test_without_any_network_there_is_a_way_to_one(visit, add_run):
    (add_run("untrained") / "weights.safetensors").unlink()
    app = visit(ONE)
    assert not app.exception
    assert "no trained network yet" in texts(app.info)
    assert [link.proto.label for link in app.get("page_link")] == ["Train one"]


def test_damaged_weights_are_reported_and_the_drawing_stays(visit, add_run):
    folder = add_run("small")
    add_run("whole")
    (folder / "weights.safetensors").write_bytes(b"nothing of use")
    app = visit(ONE, run="small")
    assert not app.exception
    assert "weights.safetensors" in texts(app.error)
    assert reading(app) is None
    find(app.selectbox, "Network").select("whole").run()
    assert not app.error
    assert reading(app)[1] == 1


def test_a_lost_compute_process_is_reported_and_can_be_tried_again(visit, add_run, host):
    add_run("small")
    host.error = ComputeError("The compute process broke off.")
    app = visit(ONE)
    assert not app.exception
    assert "broke off" in texts(app.error)
    host.error = None
    find(app.button, "Try again").click().run()
    assert not app.error
    assert reading(app)[1] == 1


def test_a_drawing_beyond_the_limits_is_refused_and_can_be_cleared(visit, add_run):
    add_run("small")
    app = visit(*[ONE] * (MAX_STROKES + 1))
    assert not app.exception
    assert "at most 2,000" in texts(app.error)
    find(app.button, "Clear").click().run()
    assert not app.error
    assert EMPTY in html(app)


def test_a_dot_is_read_too(visit, add_run):
    add_run("small")
    assert reading(visit([(29.98, 249.6), (30.02, 249.6)]))[1] == 1


@pytest.mark.slow
def test_the_real_compute_process_reads_a_drawing(add_run):
    add_run("small")
    st.cache_resource.clear()
    app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=90)
    app.switch_page("pages/draw.py")
    app.session_state[DRAWING] = [as_object(ONE)]
    app.query_params["run"] = "small"
    app.run()
    assert not app.exception
    assert reading(app)[1] == 1
    st.cache_resource.clear()
