"""What a run in training shows beside its curves."""

import numpy as np
import pytest

from core.runs.live import UNKNOWN, LiveView, read_own_image, write_live
from core.runs.record import FINISHED, RUNNING, RunState
from core.storage.locks import hold_in_queue
from tests.pages.drawing import texts
from tests.pages.made_runs import make_run

PICTURE = np.full((28, 28), 9, np.uint8)


def script():
    import numpy as np
    import streamlit as st

    from pages.components.runs.live_run import show_run
    from pages.components.shell.services import run_store

    picture = np.full((28, 28), int(st.query_params["ink"]), np.uint8) if "ink" in st.query_params else None
    show_run(run_store().get(st.query_params["run"]), lambda: picture)


@pytest.fixture
def add(store):
    """Adds a run with a view; one in training is held as if it were."""
    locks = []

    def make(run_id, status=RUNNING, has_view=True, **more):
        record = make_run(store, run_id, state=RunState(status), **more)
        if has_view:
            write_live(record.path, view())
        if status == RUNNING:
            locks.append(hold_in_queue(record.path))
        return record

    yield make
    for lock in locks:
        lock.release()


def view():
    """A drawing and two test images; the 4 is taken for a 9 at 75 %, after two other answers, the 6 is known."""
    probabilities = np.zeros((3, 10), np.float32)
    probabilities[[0, 1, 2], [3, 9, 6]] = 0.5, 0.75, 1.0
    earlier = np.full((3, 3), UNKNOWN)
    earlier[1, 1:] = 4, 7
    return LiveView(
        1200,
        np.zeros((3, 28, 28), np.uint8),
        np.array([UNKNOWN, 4, 6]),
        probabilities,
        earlier,
        "fc1",
        128,
        np.ones((48, 28, 28), np.float32),
    )


def choose(app, name):
    app.button_group(key="run_view").set_value(name)
    return app.run()


def html(app):
    return " ".join(entry.proto.body for entry in app.get("html"))


def test_curves_are_shown_until_something_else_is_chosen(add, visit):
    add("a")
    app = visit(script, run="a")
    assert len(app.get("echarts_chart")) == 2
    assert not choose(app, "images").get("echarts_chart")


def test_the_images_have_the_answers_of_now_and_those_before(add, visit):
    add("a")
    app = choose(visit(script, run="a"), "images")
    assert "After step 1,200: 1 of 2 right." in texts(app.caption)
    drawn = html(app)
    for said in (
        "Your drawing",
        "A true 4",
        "before: 4, 7<",
        "<b>9</b> 75.0% ✗",
        "<b>6</b> &gt;99.9% ✓",
        "<b>3</b> 50.0%<",
    ):
        assert said in drawn


def test_the_weights_are_pictures_of_the_first_units(add, visit):
    add("a")
    app = choose(visit(script, run="a"), "weights")
    assert "fc1 after step 1,200: 48 of 128 units." in texts(app.caption)
    assert html(app).count("fc1, unit") == 2 * 48


@pytest.mark.parametrize(
    ("status", "has_view", "tags", "offers"),
    [(RUNNING, False, {}, True), (FINISHED, True, {}, True), (FINISHED, False, {}, False),
     (RUNNING, False, {"sweep": "s"}, False)],
)  # fmt: skip
def test_a_choice_is_offered_where_there_is_or_will_be_something(add, visit, status, has_view, tags, offers):
    add("a", status, has_view, tags=tags)
    assert bool(visit(script, run="a").get("button_group")) == offers


def test_before_the_first_look_the_place_says_so(add, visit):
    add("a", has_view=False)
    for name in ("images", "weights"):
        assert "as soon as the network learns" in texts(choose(visit(script, run="a"), name).caption)


def test_a_run_in_training_is_given_the_readers_drawing_when_the_images_are_looked_at(add, visit):
    record = add("a")
    app = visit(script, run="a", ink="9")
    assert read_own_image(record.path) is None
    choose(app, "images")
    assert np.array_equal(read_own_image(record.path), PICTURE)


def test_another_run_is_given_the_same_drawing(add, visit):
    add("a")
    other = add("b")
    app = choose(visit(script, run="a", ink="9"), "images")
    app.query_params["run"] = "b"
    app.run()
    assert np.array_equal(read_own_image(other.path), PICTURE)


@pytest.mark.parametrize("more", [{"status": FINISHED}, {"dataset": "fashion-mnist"}])
def test_a_run_that_has_ended_or_reads_clothes_is_given_no_drawing(add, visit, more):
    record = add("a", **more)
    choose(visit(script, run="a", ink="9"), "images")
    assert read_own_image(record.path) is None
