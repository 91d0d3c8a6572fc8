"""What comes of a computation, and what is said where it is missing, as `test_pages.py` compares pages."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from core.runs.record import QUEUED, RUNNING, RunState, write_state
from core.runs.result import write_result
from core.storage.locks import hold_as_worker
from core.sweep.records import SweepStore
from core.uncertainty.record import read_calibration, write_calibration
from pages.components.draw.canvas.canvas import DRAWING
from tests.pages.drawing import DASH, ONE, as_object, find
from tests.pages.made_runs import make_result, make_run
from tests.pages.photographs import LINES, page_of
from tests.sweeps import add_trial, make_space

# Views that tell figures of one network.
VIEWS = ("mistakes", "classes", "calibration", "slices", "stress", "contest", "labels", "map")


def test_weak_slices(visit, check, mine):
    app = visit("evaluate", view="slices", run=mine.id)
    check(app.button(key=f"slices_{mine.id}_start").click().run())


def test_nearest_training_images(visit, check, mine):
    app = visit("evaluate", image="17", look="nearest", run=mine.id)
    check(app.button(key=f"nearest_{mine.id}_start").click().run())


def test_the_label_judged_one_by_one(visit, check, mine):
    app = visit("evaluate", view="labels", labels="judge", run=mine.id)
    check(find(app.button, "Yes").click().run())


@pytest.mark.parametrize("view", VIEWS)
def test_without_a_calibration(visit, check, mine, view):
    (mine.path / "calibration.json").unlink()
    check(visit("evaluate", view=view, run=mine.id))


@pytest.mark.parametrize("panel", ["sure", "networks"])
def test_a_drawing_without_a_calibration(visit, check, mine, panel):
    (mine.path / "calibration.json").unlink()
    check(visit("draw", {DRAWING: [as_object(ONE)]}, look=panel, run=mine.id))


@pytest.mark.parametrize("drawn", [ONE, DASH])
def test_without_a_threshold(visit, check, mine, drawn):
    write_calibration(mine.path, replace(read_calibration(mine.path), threshold=None))
    check(visit("draw", {DRAWING: [as_object(drawn)]}, look="sure", run=mine.id))


@pytest.mark.parametrize("view", VIEWS)
def test_of_images_that_are_not_here(visit, check, store, view):
    make_run(store, "mnist", "Of MNIST", result=make_result(), dataset="mnist")
    check(visit("evaluate", view=view, run="mnist"))


@pytest.mark.parametrize("view", ["mistakes", "calibration"])
def test_of_earlier_weights(visit, check, mine, view):
    write_result(mine.path, replace(mine.result, weights="of before"))
    check(visit("evaluate", view=view, run=mine.id))


@pytest.mark.parametrize("status", [QUEUED, RUNNING])
def test_while_another_network_is_in_training(visit, check, mine, store, status):
    record = make_run(store, "next", "Next", RunState(status, step=3, epoch=1, total_steps=114))
    with hold_as_worker(record.path):
        check(visit("evaluate", run=mine.id))


def test_two_runs_that_answer_alike(visit, check, mine):
    shutil.copytree(mine.path, mine.path.with_name("Copy"))
    check(visit("evaluate", view="compare", other="Copy", run=mine.id))


def test_home_with_many_networks(visit, check, store, mine):
    for number in range(9):
        result = make_result(test_accuracy=0.5 + number / 20)
        make_run(store, f"run{number}", f"Run {number}", result=result, dataset=("mnist", "fashion-mnist")[number % 2])
    write_result(mine.path, replace(mine.result, weights="of before"))
    check(visit("home"))


def test_more_digits_than_have_cards(visit, check, mine):
    row = [(points, x, y) for y in (30, 150, 270) for points, x, _ in LINES[:3]]
    more = [(LINES[1][0], 320, 30), (LINES[1][0], 320, 150), (LINES[1][0], 320, 270)]
    app = visit("draw", source="upload", run=mine.id)
    check(app.file_uploader[0].set_value(("photo.png", page_of(row + more), "image/png")).run())


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_sweep_over_one_setting(visit, check, store, seeds):
    sweep = SweepStore(store).create(make_space(seeds, lr=(0.05, 0.1, 0.2, 0.4)), "Mine")
    random = np.random.default_rng(1)
    for number in range(4 * seeds):
        add_trial(store, sweep, number, accuracy=round(0.7 + 0.05 * (number // seeds) + random.uniform(0, 0.01), 4))
    check(visit("sweep", {f"cell_of_{sweep.id}": 2}, sweep=sweep.id), "sweep")


def test_a_sweep_of_which_some_failed(visit, check, store):
    sweep = SweepStore(store).create(make_space(lr=(0.05, 0.1, 0.2, 0.4), batch_size=(8, 16)), "Mine")
    for number in range(5):
        add_trial(store, sweep, number, reason=f"The loss became NaN at step {number}.")
    add_trial(store, sweep, 5, accuracy=0.8)
    check(visit("sweep", {f"cell_of_{sweep.id}": 1}, sweep=sweep.id), "sweep")


def test_a_sweep_that_is_about_to_be_deleted(visit, check, store):
    sweep = SweepStore(store).create(make_space(lr=(0.1, 0.2)), "Mine")
    add_trial(store, sweep, 0, accuracy=0.8)
    app = visit("sweep", sweep=sweep.id)
    check(find(app.button, "Delete").click().run(), "dialog")


def test_sweeps_that_cannot_be_read(visit, check, store):
    for name in ("one", "two"):
        sweep = SweepStore(store).create(make_space(lr=(0.1, 0.2)), name)
        (sweep.path / "sweep.json").write_text("{")
    check(visit("sweep"))


def test_the_anatomy_of_a_run_in_training(visit, check, mine):
    write_state(mine.path, RunState(RUNNING, step=3, epoch=1, total_steps=114))
    with hold_as_worker(mine.path):
        check(visit("anatomy", run=mine.id))
