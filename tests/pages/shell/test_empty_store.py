"""A store that is gone: the disk was emptied while the server slept, or while it goes on."""

import shutil

import pytest

from core.runs.record import FINISHED
from core.sweep.records import SweepStore
from pages.components.shell.sitemap import PAGES
from pages.components.sweep.services import sweep_manager
from tests.made import wait_until
from tests.pages.drawing import find, texts
from tests.sweeps import make_space, make_trials

SHOW_A_RUN = ("train", "draw", "evaluate", "anatomy")

pytestmark = pytest.mark.usefixtures("shared_compute")


@pytest.fixture
def run(add_run):
    return add_run("20260131-120000-mlp-1f2e3d4c").name


@pytest.fixture
def sweep(store):
    return make_trials(SweepStore(store), make_space(lr=(0.1, 0.2)), [0.7, 0.8]).id


def alarms(app):
    return " ".join(element.value for element in (*app.exception, *app.error, *app.warning))


@pytest.mark.parametrize("page", PAGES)
def test_after_sleep_a_link_to_what_is_gone_says_so_and_shows_something_else(
    page, visit_script, run, sweep, runs_folder
):
    shutil.rmtree(runs_folder)
    app = visit_script(page, run=run, sweep=sweep, image="17")
    assert not app.exception
    assert (f"There is no run '{run}'." in alarms(app)) == (page in SHOW_A_RUN)
    assert (f"There is no sweep '{sweep}'." in alarms(app)) == (page == "sweep")
    # A look makes no store.
    assert not runs_folder.exists()


@pytest.mark.parametrize("page", [*SHOW_A_RUN, "sweep"])
def test_a_page_whose_store_vanishes_while_it_is_open_says_so(page, visit_script, run, sweep, runs_folder):
    app = visit_script(page, run=run, sweep=sweep)
    assert "There is no" not in alarms(app)
    shutil.rmtree(runs_folder)
    app.run()
    assert not app.exception
    assert (f"There is no sweep '{sweep}'." if page == "sweep" else f"There is no run '{run}'.") in alarms(app)


def test_start_makes_the_store_anew(visit_script, run, store, runs_folder):
    app = visit_script("train", run=run, dataset="digits", arch="softmax")
    shutil.rmtree(runs_folder)
    app.run()
    find(app.button, "Start").click().run()
    assert not app.exception
    [record] = [record for record in store.all() if not record.bundled]
    assert app.query_params["run"] == record.id
    wait_until(lambda: store.get(record.id).state.status == FINISHED)
    assert "There is no run" not in alarms(app.run())


def test_a_sweep_makes_the_store_anew(visit_script, sweep, store, runs_folder):
    app = visit_script("sweep", sweep=sweep)
    shutil.rmtree(runs_folder)
    app.run()
    find(app.selectbox, "Recipe").select("quick-sweep").run()
    find(app.number_input, "Epochs").set_value(1).run()
    find(app.button, "Start").click().run()
    assert not app.exception
    [made] = SweepStore(store).all()
    wait_until(lambda: not sweep_manager().is_running(made))
    assert {trial.status for trial in SweepStore(store).trials(made)} == {FINISHED}
    assert "**Best cell**" in texts(app.run().markdown)
