"""Each page as it was when somebody last looked at it: every element, its place, its words, figures and colours.

Where a change is meant, `pytest tests/pages/snapshots --force-regen` writes the outlines anew; the commit shows what
has changed on which page.
"""

import pytest

from core.runs.record import RUNNING, RunState, write_state
from core.storage.locks import hold_as_worker
from core.stress.result import save_stress
from core.sweep.records import SweepStore
from pages.components.draw.canvas.canvas import DRAWING
from pages.components.draw.panels import PANELS as DRAW_PANELS
from pages.components.draw.sources import SOURCES
from pages.components.draw.why.panel import _METHODS
from pages.components.evaluate.views import VIEWS
from pages.components.runs.curves import COMPARE_KEY
from pages.components.sample.panels import PANELS as SAMPLE_PANELS
from tests.made import make_stress
from tests.pages.drawing import ONE, as_object
from tests.sweeps import add_trial, make_space

ANATOMY_TABS = ("Layers", "Formulas", "Weights", "Activations")
TWIN_TABS = ("Loss", "Differences", "The mathematics")


@pytest.mark.parametrize("page", ["home", "train", "draw", "evaluate", "sweep", "twins", "anatomy"])
def test_with_nothing_trained(visit, check, page):
    check(visit(page))


@pytest.mark.usefixtures("mine")
def test_home(visit, check):
    check(visit("home"))


def test_train_with_two_runs_compared(visit, check, mine):
    check(visit("train", {COMPARE_KEY: ["Other"]}, run=mine.id))


def test_train_while_a_run_is_trained(visit, check, mine):
    write_state(mine.path, RunState(RUNNING, step=40, epoch=1, total_steps=114))
    with hold_as_worker(mine.path):
        check(visit("train", run=mine.id))


def test_a_complete_sweep(visit, check, store):
    sweep = SweepStore(store).create(make_space(lr=(0.1, 0.2)), "Mine")
    add_trial(store, sweep, 0, accuracy=0.8)
    add_trial(store, sweep, 1, reason="")
    check(visit("sweep", sweep=sweep.id))


@pytest.mark.parametrize("tab", TWIN_TABS)
def test_twins(visit, check, tab):
    check(visit("twins", {"twin_tab": tab}, twin_dataset="digits", twin_hidden="24-16"))


def test_the_gradient_check(visit, check):
    app = visit("twins", {"twin_tab": "Gradient check"}, twin_dataset="digits", twin_hidden="24-16")
    # The digits in which a gradient differs from the one above it are bold.
    check(app, without=r"(?<=\.data\.)(log )?(error|rounding) = .*|−2\.5546\d+(\s+\.\s+<b>\d+</b>)?")


@pytest.mark.parametrize("tab", ANATOMY_TABS)
def test_anatomy(visit, check, mine, tab):
    check(visit("anatomy", {"anatomy_tab": tab}, run=mine.id))


def test_why_an_activation(visit, check, mine):
    check(visit("anatomy", {"anatomy_tab": "Why an activation?"}, run=mine.id), without=r"\d·10⁻⁷")


@pytest.mark.parametrize("source", SOURCES)
def test_draw_without_a_picture(visit, check, mine, source):
    check(visit("draw", source=source, run=mine.id))


@pytest.mark.parametrize("panel", DRAW_PANELS)
def test_a_drawing(visit, check, mine, panel):
    check(visit("draw", {DRAWING: [as_object(ONE)]}, look=panel, run=mine.id))


@pytest.mark.parametrize("method", _METHODS)
def test_every_explanation(visit, check, mine, method):
    check(visit("draw", {DRAWING: [as_object(ONE)]}, look="why", why=method, run=mine.id))


@pytest.mark.parametrize("view", VIEWS)
def test_evaluate(visit, check, mine, view):
    save_stress(mine, make_stress())
    check(visit("evaluate", view=view, run=mine.id))


@pytest.mark.parametrize("panel", SAMPLE_PANELS)
def test_a_test_image(visit, check, mine, panel):
    check(visit("evaluate", image="17", look=panel, run=mine.id))


@pytest.mark.parametrize("choices", [{"labels": "judge"}, {"view": "map", "colour": "confidence"}])
def test_other_ways_to_look(visit, check, mine, choices):
    check(visit("evaluate", **{"view": "labels", "run": mine.id, **choices}))


def test_data_map(visit, check, mine):
    check(visit("evaluate", {"dynamics_part": "map"}, view="dynamics", run=mine.id))
