"""Every word that a page shows comes from the catalogue: each page is opened in a language that marks its texts."""

from dataclasses import replace

import pytest
import streamlit as st

from core import settings
from core.classroom.classroom import Classroom
from core.data.catalog import DATASETS
from core.data.datasets import load_split
from core.owners.visitor import Visitor, new_key, visitor_with
from core.runs.record import RUNNING, RunState, read_run, write_state
from core.storage.locks import hold_as_worker
from core.stress.kinds import KINDS
from core.stress.result import save_stress
from core.sweep.records import SweepStore
from core.training.events import EpochEnd
from pages.components.classroom.views import VIEWS as BOARD_VIEWS
from pages.components.draw.canvas.canvas import DRAWING
from pages.components.draw.panels import PANELS as DRAW_PANELS
from pages.components.draw.sources import SOURCES
from pages.components.draw.why.panel import _METHODS
from pages.components.evaluate.report.page import report_html
from pages.components.evaluate.samples.loading import load_calibrated_samples
from pages.components.evaluate.views import VIEWS
from pages.components.runs.curves import COMPARE_KEY
from pages.components.sample.panels import PANELS as SAMPLE_PANELS
from pages.components.shell import texts, visitor
from pages.components.shell.cookies.visitor_cookie import VISITOR_COOKIE
from pages.components.shell.texts import tr
from tests.made import make_stress
from tests.pages.bypassing import bypassing
from tests.pages.drawing import ONE, as_object, find
from tests.pages.made_runs import make_result, make_run
from tests.pages.mine import made
from tests.pages.pseudo_language import PseudoLanguage
from tests.pages.shown_texts import Shown, shown_texts
from tests.sweeps import add_trial, make_space

ANATOMY_TABS = ("Layers", "Formulas", "Weights", "Activations", "Why an activation?")
TWIN_TABS = ("Loss", "Differences", "Gradient check", "The mathematics")


@pytest.fixture(autouse=True)
def pseudo(monkeypatch):
    language = PseudoLanguage()
    monkeypatch.setattr(texts, "catalogue", lambda: language)


@pytest.fixture
def mine(add_run):
    """The run on show, a small trained one, beside another like it."""
    add_run("Other")
    return read_run(add_run("Mine"))


@pytest.fixture
def visit(visit_at_once, mine):
    """Opens a page on the run on show; see `visit_at_once`."""

    def open_page(script, session=None, **parameters):
        app = visit_at_once(script, session, **{"run": mine.id, **parameters})
        check(app)
        return app

    return open_page


def check(app):
    assert not app.exception
    found = bypassing(shown_texts(app))
    assert not found, "\n".join(f"{shown.place}: {shown.text}" for shown in found)


def click(app, label):
    check(find(app.button, tr(label)).click().run())


def test_home(visit):
    visit("home")


def test_the_pages_in_the_navigation_and_their_titles(visit, monkeypatch):
    titles = []
    navigation = st.navigation

    def noting(pages, **options):
        titles.extend(page.title for page in pages)
        return navigation(pages, **options)

    monkeypatch.setattr(st, "navigation", noting)
    visit("home")
    assert titles
    assert bypassing(Shown("title", title) for title in titles) == []


def test_train_with_two_runs_compared(visit):
    visit("train", {COMPARE_KEY: ["Other"]})


def test_train_while_a_run_is_trained(visit, mine):
    write_state(mine.path, RunState(RUNNING, step=1, epoch=1, total_steps=4))
    with hold_as_worker(mine.path):
        visit("train")


def test_sweep_before_the_first_one(visit):
    visit("sweep")


def test_a_complete_sweep(visit, store):
    sweep = SweepStore(store).create(make_space(lr=(0.1, 0.2)), "Mine")
    add_trial(store, sweep, 0, accuracy=0.8)
    add_trial(store, sweep, 1, reason="")
    visit("sweep", sweep=sweep.id)


@pytest.mark.parametrize("tab", TWIN_TABS)
def test_twins(visit, tab):
    app = visit("twins", {"twin_tab": tr(tab)}, twin_dataset="digits", twin_hidden="24-16")
    click(app, "Step")


@pytest.mark.parametrize("tab", ANATOMY_TABS)
def test_anatomy(visit, tab):
    visit("anatomy", {"anatomy_tab": tr(tab)})


def test_one_unit_of_a_layer(visit):
    app = visit("anatomy", {"anatomy_tab": tr("Activations")})
    check(find(app.selectbox, tr("How a value is computed")).set_value("dense").run())


@pytest.mark.parametrize("source", SOURCES)
def test_draw_without_a_picture(visit, source):
    visit("draw", source=source)


@pytest.mark.parametrize("panel", DRAW_PANELS)
def test_a_drawing_looked_at_closer(visit, panel):
    visit("draw", {DRAWING: [as_object(ONE)]}, look=panel)


def test_the_network_s_layers_and_the_smallest_change_for_a_drawing(visit):
    visit("draw", {DRAWING: [as_object(ONE)], "why_layers": True, "why_change": True}, look="why")


@pytest.mark.parametrize("view", VIEWS)
def test_evaluate(visit, view, mine):
    save_stress(mine, make_stress())
    visit("evaluate", view=view)


@pytest.mark.parametrize(
    "choices", [{"labels": "judge"}, {"view": "map", "method": "tsne"}, {"view": "map", "colour": "confidence"}]
)
def test_other_ways_to_look(visit, choices):
    visit("evaluate", **{"view": "labels", **choices})


def test_data_map(visit):
    visit("evaluate", {"dynamics_part": "map"}, view="dynamics")


def test_every_kind_of_disturbance(visit, mine):
    save_stress(mine, make_stress())
    app = visit("evaluate", view="stress")
    for kind in KINDS:
        check(app.pills(key="stress").set_value(kind).run())


@pytest.mark.parametrize("method", _METHODS)
def test_every_explanation(visit, method):
    visit("draw", {DRAWING: [as_object(ONE)]}, look="why", why=method)


@pytest.mark.parametrize("panel", SAMPLE_PANELS)
def test_a_test_image(visit, panel):
    visit("evaluate", image="17", look=panel)


@pytest.fixture
def clothes(monkeypatch):
    """The classes of the embedded digits have names that need a translation, as those of Fashion-MNIST have."""
    names = DATASETS["fashion-mnist"].class_names
    monkeypatch.setitem(DATASETS, "digits", replace(DATASETS["digits"], class_names=names))


@pytest.mark.usefixtures("clothes")
@pytest.mark.parametrize("view", VIEWS)
def test_the_names_of_classes_in_every_view(visit, view, mine):
    save_stress(mine, make_stress())
    visit("evaluate", view=view)


@pytest.mark.usefixtures("clothes")
@pytest.mark.parametrize("among", ["val", "train"])
@pytest.mark.parametrize("way", ["ranking", "judge"])
def test_the_names_of_classes_of_the_label_detective(visit, among, way):
    app = visit("evaluate", view="labels", among=among, labels=way)
    if way == "judge":
        click(app, "No")


@pytest.mark.usefixtures("clothes")
@pytest.mark.parametrize("choices", [{"colour": "difficulty"}, {"colour": "right"}])
def test_the_names_of_classes_on_the_map(visit, choices):
    visit("evaluate", view="map", **choices)


@pytest.mark.usefixtures("clothes")
@pytest.mark.parametrize("panel", SAMPLE_PANELS)
def test_the_names_of_classes_beside_a_test_image(visit, panel):
    visit("evaluate", image="17", look=panel)


@pytest.mark.usefixtures("clothes")
@pytest.mark.parametrize("panel", ["why", "networks", "sure"])
def test_the_names_of_classes_on_the_draw_page(visit, panel):
    visit("draw", look=panel, source="test")


@pytest.mark.usefixtures("clothes")
@pytest.mark.parametrize("tab", ANATOMY_TABS)
def test_the_names_of_classes_of_a_network_s_outputs(visit, tab):
    visit("anatomy", {"anatomy_tab": tr(tab)})


@pytest.mark.usefixtures("clothes")
def test_the_names_of_classes_of_a_run_that_has_ended(visit):
    visit("train")


@pytest.fixture
def class_of_two(monkeypatch, runs_folder):
    """A class with the pupils Mine and Other, who have handed in digits."""
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", "1234-5678")
    room = Classroom(runs_folder / "classroom", lambda: "1234-5678")
    for seed, name in enumerate(("Mine", "Other")):
        pupil = room.seen_by(visitor_with(new_key()))
        pupil.join("1234-5678", name)
        pupil.hand_in(made(3 + seed))
    return room


@pytest.mark.parametrize("view", BOARD_VIEWS)
def test_the_class_as_its_teacher_sees_it(visit, class_of_two, store, view):
    for number, member in enumerate(class_of_two.roll().members):
        own = store.seen_by(Visitor(member.owner))
        record = make_run(own, f"r{number}", "Mine", result=make_result(), dataset=("digits", "mnist")[number])
        record.log.append(EpochEnd(5, 1, 0.5, 0.5, 0.5, 0.9, None, None, 1.0))
    visit("classroom", board=view)


@pytest.mark.parametrize("view", BOARD_VIEWS)
def test_a_class_in_which_nobody_is(visit, monkeypatch, view):
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", "1234-5678")
    visit("classroom", board=view)


def test_the_class_as_others_see_it(visit, class_of_two, monkeypatch):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    key = new_key()
    monkeypatch.setattr(visitor, "_cookie", lambda name: key if name == VISITOR_COOKIE else "")
    app = visit("classroom")
    for code in ("wrong", "1234-5678"):
        find(app.text_input, tr("Class code")).set_value(code)
        find(app.text_input, tr("Nickname")).set_value("MLP")
        click(app, "Join the class")
    assert len(class_of_two.roll().members) == 3
    app.session_state["my_digits"] = made(2)
    app.run()
    app.button(key="hand_in").click().run()
    check(app)
    class_of_two.set_closed(True)
    click(app, "Leave the class")


def test_the_report(mine, tmp_path):
    test = load_split("digits", tmp_path, "test")
    html = report_html(mine, mine.result, mine.history(), (test, load_calibrated_samples(mine, test)))
    assert bypassing([Shown("report", html)]) == []
